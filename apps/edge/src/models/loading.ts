// A value that an isolate loads once: the first request that needs it loads it, and all requests use it. A load runs within a
// request, because the platform reads files only for a request. Other requests share only plain data with it: each checks by its
// own timer whether the load is done, and loads the value itself if the load has stopped. A failed load is dropped, so the next
// request tries again.
import { RerankerError } from '@disranker/reranker'
import { ApiError, unusableBundle } from '../api-error.ts'

export type LoadState = 'not loaded' | 'loading' | 'ready' | 'failed'

export interface Loading<Loaded> {
  readonly state: LoadState
  /** the value, once it is loaded */
  readonly loaded: Loaded | undefined
  /**
   * The value; loads it if necessary.
   * @param keepAlive called with the load, so that it continues if the request that started it is cancelled
   * @throws {ApiError} 503: the bundle is missing or damaged, or did not load in time
   */
  get(keepAlive?: (load: Promise<unknown>) => void): Promise<Loaded>
}

interface Flight {
  /** time at which the loading request last ran */
  seen: number
  error?: ApiError
}

/** ms a request waits for a load; one takes under one second */
const PATIENCE = 20_000
/** ms between two checks of another request's load, and between two updates of `seen` */
const LOOK = 20
/** ms without an update after which a load counts as lost; creating a session blocks the thread for up to half a second */
const LOST = 1_000

/** @param free disposes of the second value if two requests loaded one */
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

/** Waits for a promise of the same request, with a limit in ms. */
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
