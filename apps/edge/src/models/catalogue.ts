// GET /v1/models: the served models, in the list format of OpenAI's clients, with sizes, limits and the
// measured quality.
import type { BundleManifest } from '@disranker/reranker'
import type { Limits } from '../limits.ts'
import { type ModelSource, readManifest, type ServedModel } from './model-source.ts'

export interface ModelDescription extends ServedModel {
  readonly object: 'model'
  /** bytes of all files together */
  readonly bytes: number
  /** the files of the bundle, with the sha256 of each in hex */
  readonly files: BundleManifest['files']
  readonly limits: Limits
  /** measured in training: nDCG@10 on validation and the other figures in its bundle */
  readonly metrics: Readonly<Record<string, unknown>>
}

/** @throws {ApiError} 503: a manifest is missing or changed */
export async function catalogue(
  store: ModelSource,
  limits: Limits,
): Promise<{ readonly object: 'list'; readonly data: readonly ModelDescription[] }> {
  const data = (await store.index()).map(async (model): Promise<ModelDescription> => {
    const { files, metrics = {} } = await readManifest(store, model)
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0)
    return { ...model, object: 'model', bytes, files, limits, metrics }
  })
  return { object: 'list', data: await Promise.all(data) }
}
