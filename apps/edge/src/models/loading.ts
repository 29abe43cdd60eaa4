// What an isolate loads once: by the first request that needs it, shared by all that come while it loads, and kept. A load
// that fails is forgotten, so the next request tries again.
import { RerankerError } from '@disranker/reranker'
import { ApiError, unusableBundle } from '../api-error.ts'

export type LoadState = 'not loaded' | 'loading' | 'ready' | 'failed'

export interface Loading<Loaded> {
  readonly state: LoadState
  /**
   * What was loaded.
   * @param keepAlive is given the load, so that it goes on when the client that started it has gone
   * @throws {ApiError} 503: the bundle is missing or damaged, or did not load in time
   */
  get(keepAlive?: (load: Promise<unknown>) => void): Promise<Loaded>
  /** the load under way or done, if any */
  loaded(): Promise<Loaded> | undefined
}

const PATIENCE = 20_000 // ms; a load takes under one second

export function createLoading<Loaded>(load: () => Promise<Loaded>, patience = PATIENCE): Loading<Loaded> {
  let state: LoadState = 'not loaded'
  let flight: Promise<Loaded> | undefined
  const start = () => {
    state = 'loading'
    const mine = load().then(
      (loaded) => {
        state = 'ready'
        return loaded
      },
      (error) => {
        if (flight === mine) {
          flight = undefined
          state = 'failed'
        }
        throw unavailable(error)
      },
    )
    return mine
  }
  return {
    get state() {
      return state
    },
    loaded: () => flight,
    async get(keepAlive) {
      if (flight === undefined) {
        flight = start()
        keepAlive?.(flight.catch(() => {}))
      }
      const mine = flight
      if (state === 'ready') return mine
      // the load belongs to the request that started it; should the platform end that one, the load ends silently
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          if (flight === mine && state === 'loading') flight = undefined
          reject(
            new ApiError(503, `The model did not load within ${patience / 1000} s. Send the request again.`),
          )
        }, patience)
      })
      return Promise.race([mine, late]).finally(() => clearTimeout(timer))
    },
  }
}

function unavailable(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return unusableBundle(error instanceof RerankerError ? error.message : 'it does not load.', error)
}
