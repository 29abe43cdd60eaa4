// Events let rankings go first: users wait for a ranking, and not for the record of a click. A request waits while a ranking is at work,
// for a second in all, so that events are delayed under load and never stopped by it.

/** ms after which a waiting request checks again */
const LOOK = 4
/** ms that one request waits for rankings in all */
const PATIENCE = 1_000

/**
 * @param scheduler of the rankings
 * @returns begins a request; the pause it returns lets others run and waits while a ranking is at work
 */
export function behindRankings(scheduler: {
  readonly tokens: number
}): () => { readonly pause: () => Promise<void> } {
  return () => {
    let left = PATIENCE
    return {
      async pause() {
        // a timer of its own: a request that is dropped leaves nothing behind
        do {
          await new Promise((resolve) => setTimeout(resolve, scheduler.tokens > 0 ? LOOK : 0))
          left -= LOOK
        } while (scheduler.tokens > 0 && left > 0)
      },
    }
  }
}
