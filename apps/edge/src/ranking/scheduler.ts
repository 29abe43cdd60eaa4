// The scheduler: it decides which request computes the next batch. An isolate has one thread, and a batch runs without
// interruption, so no lock is needed: the shared state is plain data, the list of requests that compute or wait. After each
// batch the scheduler chooses again. It takes the oldest request, unless a later one is much smaller and has less work left;
// every eighth batch goes to the oldest request in any case. So a small request does not wait for a large one, a large one
// always makes progress, and requests of similar size keep their order of arrival.
//
// A request can end without any notice: when a client resets its connection, the platform drops the request's timers and
// promises. Therefore no request depends on another, and no promise of one request is resolved by another. A waiting request
// checks its position by its own timer; a request that has not checked for a while is removed.
import { ApiError } from '../api-error.ts'

export interface Scheduler {
  /** tokens still to be computed, of all requests that compute or wait */
  readonly tokens: number
  /**
   * Checks whether a request of about so many tokens would be admitted.
   * @throws {ApiError} 503 with Retry-After: too many tokens are ahead of it
   */
  refuseWhenFull(tokens: number): void
  /**
   * Adds a request to the queue.
   * @param tokens an estimate of its work
   * @param deadline on the clock of `now`; after it `turn` throws
   * @throws {ApiError} 503 as above
   */
  join(tokens: number, signal: AbortSignal, deadline: number): Ticket
}

export interface Ticket {
  /**
   * Resolves when the request may compute this number of tokens. The caller must then compute them at once,
   * without another await.
   * @throws {ApiError} 499: the request was cancelled; 504: its deadline has passed
   */
  turn(tokens: number): Promise<void>
  /** replaces the estimate of the whole work by a better one */
  expect(tokens: number): void
  leave(): void
}

interface Work {
  /** tokens, computed or not */
  whole: number
  left: number
}

interface Entry extends Work {
  readonly since: number
  /** when its request last ran */
  seen: number
  waits: boolean
  /** when it was called to compute; it computes at its next check, unless it is lost */
  called?: number | undefined
}

/** ms after which a waiting request checks again */
const LOOK = 2
/** ms after which a request that was called and did not compute is skipped */
const COMES = 250
/** ms after which a request that has not run is removed */
const LOST = 5_000
/** a later request goes first only if its whole work is less than this share of the earlier request's */
const MUCH_LESS = 0.5
/** one of this number of batches goes to the oldest request */
const ELDEST = 8
/**
 * ms after a refusal during which the limit is an eighth of `most`, or half of the request's own tokens if that is more. A short
 * burst may queue; under lasting overload a long queue only makes the admitted requests late
 */
const CROWDED = 1_000
/** seconds after which a client should retry: the work that was ahead is done by then */
const RETRY_AFTER = '1'

/** @param most maximal tokens ahead of a request, or twice its own tokens if that is more; see CROWDED */
export function createScheduler(most: number, now: () => number = Date.now): Scheduler {
  const entries = new Set<Entry>()
  let given = 0
  let refusedAt = Number.NEGATIVE_INFINITY

  function forgetLost(): void {
    const oldest = now() - LOST
    for (const entry of entries) if (entry.seen < oldest) entries.delete(entry)
  }

  /**
   * tokens that are computed before a request of this size: all of the requests that it cannot overtake, and
   * a share of the others'
   */
  function ahead(tokens: number): number {
    let sum = 0
    let larger = 0
    for (const entry of entries) {
      if (goesBefore({ whole: tokens, left: tokens }, entry)) larger += entry.left
      else sum += entry.left
    }
    return sum + Math.min(larger, tokens / (ELDEST - 1))
  }

  function refuseWhenFull(tokens: number): void {
    forgetLost()
    const before = ahead(tokens)
    const crowded = now() - refusedAt < CROWDED
    const room = crowded ? Math.max(most / 8, tokens / 2) : Math.max(most, 2 * tokens)
    if (before <= room) return
    refusedAt = now()
    throw new ApiError(
      503,
      `The server is busy: ${Math.ceil(before)} tokens are ahead, the limit is ${Math.ceil(room)} (MAX_QUEUE_TOKENS). Send it again.`,
      { headers: { 'retry-after': RETRY_AFTER } },
    )
  }

  /** the waiting request that computes next */
  function next(): Entry | undefined {
    const lost = now() - COMES
    let best: Entry | undefined
    for (const entry of entries) {
      if (!entry.waits || (entry.called !== undefined && entry.called < lost)) continue
      // the set is in the order of arrival
      if (best === undefined) best = entry
      else if (given % ELDEST !== 0 && goesBefore(entry, best)) best = entry
    }
    return best
  }

  function call(entry: Entry | undefined): void {
    if (entry !== undefined) entry.called ??= now()
  }

  /** Waits until the request should check again, always by its own timer, so that other events can run. */
  async function wait(entry: Entry, signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = () => {}
    await new Promise<void>((resolve) => {
      ended = resolve
      entry.waits = true
      signal.addEventListener('abort', ended)
      const first = next()
      if (first !== entry) call(first)
      timer = setTimeout(resolve, first === entry ? 0 : LOOK)
    })
    clearTimeout(timer)
    signal.removeEventListener('abort', ended)
  }

  return {
    get tokens() {
      return [...entries].reduce((sum, { left }) => sum + left, 0)
    },
    refuseWhenFull,
    join(tokens, signal, deadline) {
      refuseWhenFull(tokens)
      const entry: Entry = { since: now(), whole: tokens, left: tokens, seen: now(), waits: false }
      entries.add(entry)
      let ran = false
      return {
        async turn(cost) {
          // a request that finds an empty queue does not wait
          for (let free = !ran && entries.size === 1; !free; ) {
            entry.seen = now()
            entries.add(entry)
            await wait(entry, signal)
            entry.seen = now()
            if (signal.aborted) throw new ApiError(499, 'The client closed the request.')
            if (entry.seen > deadline) throw late(entry.seen - entry.since)
            free = entry.called !== undefined || next() === entry
          }
          entry.waits = false
          entry.called = undefined
          entry.left = Math.max(0, entry.left - cost)
          ran = true
          given++
        },
        expect(tokens) {
          entry.whole = tokens
          entry.left = tokens
        },
        leave() {
          entries.delete(entry)
          call(next())
        },
      }
    },
  }
}

// MUCH_LESS applies to the whole work: applied to what is left, it would make a small request wait for the rest of a large one
// that is nearly done.
const goesBefore = (later: Work, earlier: Work) =>
  later.whole < earlier.whole * MUCH_LESS && later.left < earlier.left

const late = (waited: number) =>
  new ApiError(
    504,
    `The request was not done in its time, after ${waited} ms. Send fewer documents, or allow more.`,
    {
      headers: { 'retry-after': RETRY_AFTER },
    },
  )
