// The size of a micro-batch, chosen so that its activations stay small compared with the weights in an
// isolate's memory.
import type { EncoderModel, Tensors } from '@disranker/transformer'

export interface ComputeBatch {
  readonly rows: number
  readonly tokens: number
}

/** maximal bytes of activations in a micro-batch */
const ACTIVATIONS = 24e6
/** the reranker's default if a bundle has no value */
const USUAL: ComputeBatch = { rows: 10, tokens: 1280 }

/** Rows and tokens of a micro-batch. @param maxLength longest text in tokens */
export function computeBatch(model: EncoderModel, tensors: Tensors, maxLength: number): ComputeBatch {
  // the widest layer, under any name in its architecture
  const sides = [...tensors.values()].map(({ shape }) => (shape.length === 2 ? shape[0]! : 0))
  const widest = Math.max(...sides.filter((rows) => rows !== model.vocabulary))
  const { hidden, heads } = model
  const intermediate = Math.min(widest, 8 * hidden)
  // float32: query, key, value, context and two sums; the wide layer twice; a row of attention for each head, twice
  const bytes = 4 * (7 * hidden + 2 * intermediate + 2 * heads * maxLength)
  const tokens = Math.min(USUAL.tokens, Math.floor(ACTIVATIONS / bytes / 8) * 8)
  return { rows: USUAL.rows, tokens: Math.max(64, tokens) }
}

/** The entry for config.json; empty if it equals the reranker's default. */
export function batchKey(
  model: EncoderModel,
  tensors: Tensors,
  maxLength: number,
): { readonly batch?: ComputeBatch } {
  const batch = computeBatch(model, tensors, maxLength)
  return batch.tokens < USUAL.tokens ? { batch } : {}
}
