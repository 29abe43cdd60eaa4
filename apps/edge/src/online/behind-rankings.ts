// Delays events in favour of rankings: users wait for a ranking, but not for the record of a click. A request
// waits while a ranking runs, for at most a second in total, so that load delays events but never stops them.

/** ms after which a waiting request checks again */
const LOOK = 4
/**
 * number of waits in a second or two above which each checks less often, so that thousands of them cost no
 * more than this number
 */
const FEW = 16
/** maximal ms that one request waits for rankings */
const PATIENCE = 1_000

export interface BehindRankings {
  /** Waits while a ranking runs; returns at once when there is none. */
  wait(): Promise<void>
  /** Lets other events run, then waits like `wait`. */
  pause(): Promise<void>
}

/**
 * @param scheduler of the rankings
 * @returns a function for a new request
 */
export function behindRankings(scheduler: { readonly tokens: number }): () => BehindRankings {
  const recent = countRecent()
  return () => {
    let left = PATIENCE
    async function wait(): Promise<void> {
      if (scheduler.tokens === 0 || left <= 0) return
      const look = LOOK * Math.ceil(recent() / FEW)
      while (scheduler.tokens > 0 && left > 0) {
        // a separate timer for each wait: a dropped request leaves nothing behind
        await sleep(Math.min(look, left))
        left -= look
      }
    }
    return {
      wait,
      async pause() {
        await sleep(0)
        await wait()
      },
    }
  }
}

/**
 * Counts calls. @returns those of this second and the one before; a dropped request cannot decrement a
 * counter
 */
function countRecent(): () => number {
  let [second, now, before] = [0, 0, 0]
  return () => {
    const at = Math.floor(Date.now() / PATIENCE)
    if (at !== second) [second, now, before] = [at, 0, at === second + 1 ? now : 0]
    return ++now + before
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
