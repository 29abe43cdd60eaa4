// Whether a model can be relied on: it is loaded, and gives a pair that its bundle names the score its bundle names.
import { ApiError } from '../api-error.ts'
import type { ModelPool } from './model-pool.ts'

/** largest difference: another machine may round differently */
const TOLERANCE = 1e-3

export interface Readiness {
  readonly status: 'ready'
  readonly model: string
  readonly version: string
  /** whether the bundle names a pair to check by */
  readonly checked: boolean
}

/** @throws {ApiError} 503: the model does not load, or gives another score */
export async function checkReady(models: ModelPool): Promise<Readiness> {
  const model = await models.find(undefined)
  const checked = await models.use(model, async (reranker) => {
    const known = reranker.config.disranker.known
    if (known === undefined) return false
    const [score] = await reranker.score(known.query, [known.document])
    if (Math.abs(score! - known.score) <= TOLERANCE) return true
    throw new ApiError(
      503,
      `The model gives its known pair ${score}, its bundle says ${known.score}. Deploy it again, or an earlier version.`,
    )
  })
  return { status: 'ready', model: model.id, version: model.version, checked }
}
