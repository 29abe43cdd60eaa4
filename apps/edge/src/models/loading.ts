// What an isolate loads once: by the first request that needs it, used by all, and kept. A load runs within a request,
// because files are read on behalf of one; but it belongs to none: the others share nothing with it but plain data, look
// by timers of their own whether it is done, and load by themselves when it shows no sign of life any more. A load that
// fails is forgotten, so the next request tries again.
import { RerankerError } from '@disranker/reranker'
import { ApiError, unusableBundle } from '../api-error.ts'

export type LoadState = 'not loaded' | 'loading' | 'ready' | 'failed'

export interface Loading<Loaded> {
  readonly state: LoadState
  /** what was loaded, if it was */
  readonly loaded: Loaded | undefined
  /**
   * What was loaded.
   * @param keepAlive is given the load, so that it goes on when the client that started it has gone
   * @throws {ApiError} 503: the bundle is missing or damaged, or did not load in time
   */
  get(keepAlive?: (load: Promise<unknown>) => void): Promise<Loaded>
}

interface Flight {
  /** when the request that loads last ran */
  seen: number
  error?: ApiError
}

/** ms a request waits for a load; one takes under one second */
const PATIENCE = 20_000
/** ms between two looks at a load of another request, and between two signs of life */
const LOOK = 20
/** ms without a sign of life after which a load counts as lost; creating a session blocks the thread for up to half a second */
const LOST = 1_000

/** @param free what becomes of a second one, when two requests loaded after all */
export function createLoading<Loaded>(
  load: () => Promise<Loaded>,
  free: (loaded: Loaded) => void = () => {},
  { patience = PATIENCE, lost = LOST } = {},
): Loading<Loaded> {
  let loaded: Loaded | undefined
  let flight: Flight | undefined
  let failed = false

  async function run(mine: Flight): Promise<void> {
    const alive = setInterval(() => {
      mine.seen = Date.now()
    }, LOOK)
    try {
      const found = await load()
      if (loaded === undefined) loaded = found
      else free(found)
      failed = false
    } catch (error) {
      mine.error = unavailable(error)
      failed = true
    } finally {
      clearInterval(alive)
      if (flight === mine) flight = undefined
    }
  }

  return {
    get state() {
      if (loaded !== undefined) return 'ready'
      if (flight !== undefined) return 'loading'
      return failed ? 'failed' : 'not loaded'
    },
    get loaded() {
      return loaded
    },
    async get(keepAlive) {
      const began = Date.now()
      for (let watched: Flight | undefined; loaded === undefined; ) {
        if (watched?.error !== undefined) throw watched.error
        const now = Date.now()
        if (now - began > patience)
          throw new ApiError(
            503,
            `The model did not load within ${patience / 1000} s. Send the request again.`,
            {
              headers: { 'retry-after': '1' },
            },
          )
        if (flight === undefined || now - flight.seen > lost) {
          flight = { seen: now }
          watched = flight
          const running = run(flight)
          keepAlive?.(running)
          await soonest(running, patience)
        } else {
          watched = flight
          await soonest(undefined, LOOK)
        }
      }
      return loaded
    },
  }
}

/** Waits for a promise of the same request, but so many ms at most. */
async function soonest(own: Promise<void> | undefined, most: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const time = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, most)
  })
  await Promise.race(own === undefined ? [time] : [own, time])
  clearTimeout(timer)
}

function unavailable(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return unusableBundle(error instanceof RerankerError ? error.message : 'it does not load.', error)
}
