// The readiness check of a model: it is loaded, and it gives the known pair of its bundle the right score.
// The check computes at most once a minute, however often it is called; its result is plain data of the
// isolate.
import type { Reranker } from '@disranker/reranker'
import { ApiError } from '../api-error.ts'
import { createLoading, type Loading } from './loading.ts'
import type { KeepAlive, ModelPool } from './model-pool.ts'
import type { ServedModel } from './model-source.ts'

/** largest difference: engines in WebAssembly compute the same everywhere except for the order of sums */
const TOLERANCE = 1e-3
/**
 * For native code, whose rounding depends on the machine and may reach the next step of int8: of 1,200 pairs
 * of the example 0.7 % differ by more than 1e-3 from the engines in WebAssembly, none by more than 0.0036.
 */
const NATIVE_TOLERANCE = 2e-2
/** ms for which a result is valid */
const GOOD = 60_000
/** ms for which a model that does not load is not tried again */
const RETRY = 5_000

export interface Readiness {
  readonly status: 'ready'
  readonly model: string
  readonly version: string
  /** whether the bundle has a pair for the check */
  readonly checked: boolean
  /** of a model that ranks by its table of words and lexical overlap: the reason for having no network */
  readonly network_left_out?: string
}

type Found = Pick<Readiness, 'checked' | 'network_left_out'> | { readonly error: ApiError }

export interface Ready {
  /** @throws {ApiError} 503: the model does not load, does not compute, or gives another score */
  check(keepAlive?: KeepAlive): Promise<Readiness>
}

/** A check of a version, finished or running. */
interface Look {
  readonly version: string
  /** shared by all requests in the meantime; none awaits a promise of another */
  readonly looking: Loading<Found>
  /** ms since 1970 after which it is checked again */
  until: number
}

export function createReady(models: ModelPool, now: () => number = Date.now): Ready {
  let last: Look | undefined

  function look(model: ServedModel, keepAlive: KeepAlive | undefined): Look {
    const looking = createLoading(async (): Promise<Found> => {
      let computed = false
      const found = await models
        .use(
          model,
          async (reranker): Promise<Found> => {
            computed = true
            const { network } = reranker.config.disranker
            return {
              checked: await knownPair(reranker),
              ...(network && { network_left_out: network.leftOut }),
            }
          },
          keepAlive,
        )
        .catch((error): Found => ({ error: unready(error) }))
      started.until = now() + (computed ? GOOD : RETRY)
      return found
    })
    const started: Look = { version: model.version, looking, until: Number.POSITIVE_INFINITY }
    return started
  }

  return {
    async check(keepAlive) {
      const model = await models.find(undefined)
      const known = last?.looking.loaded
      // a model that has been dropped since, because its runtime failed, is checked again
      const stale = known !== undefined && 'checked' in known && models.state(model) !== 'ready'
      if (last === undefined || last.version !== model.version || now() > last.until || stale)
        last = look(model, keepAlive)
      const found = await last.looking.get(keepAlive)
      if ('error' in found) throw found.error
      return { status: 'ready', model: model.id, version: model.version, ...found }
    },
  }
}

/** @returns whether there is a pair for the check @throws {ApiError} 503: it has another score */
async function knownPair(reranker: Reranker): Promise<boolean> {
  const known = reranker.config.disranker.known
  if (known === undefined) return false
  const [score] = await reranker.score(known.query, [known.document])
  const tolerance = reranker.engine.includes('native') ? NATIVE_TOLERANCE : TOLERANCE
  if (Math.abs(score! - known.score) <= tolerance) return true
  throw new ApiError(
    503,
    `The model gives its known pair ${score}, its bundle says ${known.score}. Deploy it again, or an earlier version.`,
  )
}

const unready = (error: unknown) =>
  error instanceof ApiError ? error : new ApiError(503, 'The model does not compute.', { cause: error })
