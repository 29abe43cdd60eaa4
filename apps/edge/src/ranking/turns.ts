// Who computes next. An isolate has one thread, and a batch is over before anything else runs, so nothing needs a lock:
// what is shared is plain data, a list of those who compute and wait. After each batch a request steps back and the next
// one is chosen: the one that came first, unless one that came later is much smaller and has less left; every eighth time the
// first whatever it has left. So few documents are not held behind many, many are not held for ever, and nobody is overtaken
// by his like.
//
// Requests end without a word: a client resets its connection, and the platform drops the request's timers and promises.
// Therefore nobody depends on anybody, and no promise of one request is resolved by another. Who waits looks again by its
// own timer; who was not seen for a while is forgotten.
import { ApiError } from '../api-error.ts'

export interface Turns {
  /** tokens of the requests that compute and wait, still to be computed */
  readonly tokens: number
  /**
   * Whether a request of about so many tokens would be let in.
   * @throws {ApiError} 503 with Retry-After: too much is ahead of it
   */
  refuseWhenFull(tokens: number): void
  /**
   * Joins those who wait.
   * @param tokens an estimate of its work
   * @param deadline by `now`; beyond it there are no more turns
   * @throws {ApiError} 503 as above
   */
  join(tokens: number, signal: AbortSignal, deadline: number): Ticket
}

export interface Ticket {
  /**
   * Waits for a turn to compute so many tokens, right after it, without a pause.
   * @throws {ApiError} 499: its client has gone; 504: its time is over
   */
  turn(tokens: number): Promise<void>
  /** what is left after all, when more is known */
  expect(tokens: number): void
  leave(): void
}

interface Work {
  /** tokens, computed or not */
  whole: number
  left: number
}

interface Place extends Work {
  readonly since: number
  /** when its owner last ran */
  seen: number
  waits: boolean
  /** when it was called; it comes at once unless it is lost */
  called?: number | undefined
}

/** ms after which who waits looks again */
const LOOK = 2
/** ms after which who was called and did not come is passed over */
const COMES = 250
/** ms after which who was not seen is forgotten */
const LOST = 5_000
/** who has less than this part of another's whole work may go before him; who has about as much waits its time */
const MUCH_LESS = 0.5
/** every so many turns are for whoever came first */
const ELDEST = 8
/**
 * ms after a refusal in which there is an eighth of the room, or half of a request's own tokens: a burst may wait, but where more
 * comes than can be done, waiting only makes those late who are let in, and somebody else is always about to come
 */
const CROWDED = 1_000
/** seconds after which a refused request may come again: what is ahead is over by then */
const RETRY_AFTER = '1'

/** @param most tokens that may be ahead of a small request; of a larger one, twice its own; see CROWDED */
export function createTurns(most: number, now: () => number = Date.now): Turns {
  const places = new Set<Place>()
  let given = 0
  let refusedAt = Number.NEGATIVE_INFINITY

  function forgetLost(): void {
    const oldest = now() - LOST
    for (const place of places) if (place.seen < oldest) places.delete(place)
  }

  /** tokens that are computed before a request of so many: all that it does not go before, and a share of the others */
  function ahead(tokens: number): number {
    let sum = 0
    let larger = 0
    for (const place of places) {
      if (goesBefore({ whole: tokens, left: tokens }, place)) larger += place.left
      else sum += place.left
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
      `The server is busy: ${Math.ceil(before)} tokens are ahead, and more than ${Math.ceil(room)} may not be (MAX_QUEUE_TOKENS). Send it again.`,
      { headers: { 'retry-after': RETRY_AFTER } },
    )
  }

  /** whose turn it is among those who wait */
  function next(): Place | undefined {
    const lost = now() - COMES
    let best: Place | undefined
    for (const place of places) {
      if (!place.waits || (place.called !== undefined && place.called < lost)) continue
      // they are in the order of arrival
      if (best === undefined) best = place
      else if (given % ELDEST !== 0 && goesBefore(place, best)) best = place
    }
    return best
  }

  function call(place: Place | undefined): void {
    if (place !== undefined) place.called ??= now()
  }

  /** until it may look again: always through a timer of its own, so that other events run */
  async function wait(place: Place, signal: AbortSignal): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = () => {}
    await new Promise<void>((resolve) => {
      ended = resolve
      place.waits = true
      signal.addEventListener('abort', ended)
      const first = next()
      if (first !== place) call(first)
      timer = setTimeout(resolve, first === place ? 0 : LOOK)
    })
    clearTimeout(timer)
    signal.removeEventListener('abort', ended)
  }

  return {
    get tokens() {
      return [...places].reduce((sum, { left }) => sum + left, 0)
    },
    refuseWhenFull,
    join(tokens, signal, deadline) {
      refuseWhenFull(tokens)
      const place: Place = { since: now(), whole: tokens, left: tokens, seen: now(), waits: false }
      places.add(place)
      let ran = false
      return {
        async turn(cost) {
          // who comes to an empty room does not wait
          for (let free = !ran && places.size === 1; !free; ) {
            place.seen = now()
            places.add(place)
            await wait(place, signal)
            place.seen = now()
            if (signal.aborted) throw new ApiError(499, 'The client closed the request.')
            if (place.seen > deadline) throw late(place.seen - place.since)
            free = place.called !== undefined || next() === place
          }
          place.waits = false
          place.called = undefined
          place.left = Math.max(0, place.left - cost)
          ran = true
          given++
        },
        expect(tokens) {
          place.whole = tokens
          place.left = tokens
        },
        leave() {
          places.delete(place)
          call(next())
        },
      }
    },
  }
}

// not by what is left alone: who comes when a large one is nearly done would wait for all of that
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
