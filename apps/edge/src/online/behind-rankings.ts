// Events let rankings go first: users wait for a ranking, and not for the record of a click. A request waits while a ranking is at work,
// for a second in all, so that events are delayed under load and never stopped by it.

/** ms after which a waiting request checks again */
const LOOK = 4
/** waits of a second or two, past which each checks less often, so that thousands of them cost no more than so many */
const FEW = 16
/** ms that one request waits for rankings in all */
const PATIENCE = 1_000

export interface BehindRankings {
  /** Waits while a ranking is at work; returns at once when there is none. */
  wait(): Promise<void>
  /** Lets others run, then waits as `wait` does. */
  pause(): Promise<void>
}

/**
 * @param scheduler of the rankings
 * @returns begins a request
 */
export function behindRankings(scheduler: { readonly tokens: number }): () => BehindRankings {
  const recent = countRecent()
  return () => {
    let left = PATIENCE
    async function wait(): Promise<void> {
      if (scheduler.tokens === 0 || left <= 0) return
      const look = LOOK * Math.ceil(recent() / FEW)
      while (scheduler.tokens > 0 && left > 0) {
        // a timer of its own: a request that is dropped leaves nothing behind
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

/** Counts calls. @returns those of this second and the one before; a dropped request cannot say that it has ended */
function countRecent(): () => number {
  let [second, now, before] = [0, 0, 0]
  return () => {
    const at = Math.floor(Date.now() / PATIENCE)
    if (at !== second) [second, now, before] = [at, 0, at === second + 1 ? now : 0]
    return ++now + before
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
