// How much of a request is computed at a time, so that its activations stay small compared with the weights in an isolate's memory.
import type { EncoderModel, Tensors } from '@disranker/transformer'

export interface ComputeBatch {
  readonly rows: number
  readonly tokens: number
}

/** bytes of activations that computing at once may take */
const ACTIVATIONS = 24e6
/** what a reranker takes when a bundle says nothing */
const USUAL: ComputeBatch = { rows: 10, tokens: 1280 }

/** Rows and tokens to compute at a time. @param maxLength longest text in tokens */
export function computeBatch(model: EncoderModel, tensors: Tensors, maxLength: number): ComputeBatch {
  // the widest layer, whatever its architecture calls it
  const sides = [...tensors.values()].map(({ shape }) => (shape.length === 2 ? shape[0]! : 0))
  const widest = Math.max(...sides.filter((rows) => rows !== model.vocabulary))
  const { hidden, heads } = model
  const intermediate = Math.min(widest, 8 * hidden)
  // float32: query, key, value, context and two sums; the wide layer twice; a row of attention for each head, twice
  const bytes = 4 * (7 * hidden + 2 * intermediate + 2 * heads * maxLength)
  const tokens = Math.min(USUAL.tokens, Math.floor(ACTIVATIONS / bytes / 8) * 8)
  return { rows: USUAL.rows, tokens: Math.max(64, tokens) }
}

/** The same for config.json: nothing where it is what a reranker takes anyway. */
export function batchKey(
  model: EncoderModel,
  tensors: Tensors,
  maxLength: number,
): { readonly batch?: ComputeBatch } {
  const batch = computeBatch(model, tensors, maxLength)
  return batch.tokens < USUAL.tokens ? { batch } : {}
}
