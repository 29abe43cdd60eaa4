// Who computes when. An isolate has one thread: requests that run side by side only make each other late, so one runs at a
// time, few wait, and the rest hear at once that they should come back.
import { ApiError } from '../api-error.ts'

export interface Queue {
  /** tokens of the requests that run and wait */
  readonly tokens: number
  /** @throws {ApiError} 503 with Retry-After: too much is ahead */
  refuseWhenFull(): void
  /**
   * Runs `work` when those before have ended.
   * @param signal aborted while it waits: it leaves the queue
   * @throws {ApiError} 503: too much is ahead, or it waited too long; 499: `signal` was aborted
   */
  run<Result>(tokens: number, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

/** ms a request waits at most; also the time after which those before are taken for lost */
const PATIENCE = 20_000
/** seconds after which a refused request may come again: what is ahead is over by then */
const RETRY_AFTER = '1'

/**
 * @param most tokens ahead beyond which nobody else may wait; one request may always wait, however large the one that
 * runs
 */
export function createQueue(most: number, patience = PATIENCE): Queue {
  let ahead = 0
  let waiting = 0
  let last: Promise<void> = Promise.resolve()

  function refuseWhenFull(): void {
    if (waiting > 0 && ahead > most)
      throw new ApiError(
        503,
        `The server is busy: ${ahead} tokens are ahead, and more than ${most} (MAX_QUEUE_TOKENS) may not be. Send it again.`,
        { headers: { 'retry-after': RETRY_AFTER } },
      )
  }

  return {
    get tokens() {
      return ahead
    },
    refuseWhenFull,
    async run(tokens, signal, work) {
      refuseWhenFull()
      const before = last
      let leave = () => {}
      const left = new Promise<void>((resolve) => {
        leave = resolve
      })
      // whoever comes next waits for this one and for those before, even if this one leaves early
      last = before.then(() => left)
      ahead += tokens
      waiting++
      try {
        await turnOf(before, signal, patience).finally(() => waiting--)
        return await work()
      } finally {
        ahead -= tokens
        leave()
      }
    },
  }
}

async function turnOf(before: Promise<void>, signal: AbortSignal, patience: number): Promise<void> {
  if (signal.aborted) throw gone()
  let stop = () => {}
  const stopped = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new ApiError(503, `The request waited ${patience / 1000} s for its turn. Send it again.`, {
            headers: { 'retry-after': RETRY_AFTER },
          }),
        ),
      patience,
    )
    const abort = () => reject(gone())
    signal.addEventListener('abort', abort)
    stop = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  })
  await Promise.race([before, stopped]).finally(stop)
}

const gone = () => new ApiError(499, 'The client closed the request.')
