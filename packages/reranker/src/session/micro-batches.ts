// Splits many pairs into small batches: sorted by length to reduce padding, and small so that the memory of
// the runtime, which never shrinks, stays small.
import { padded } from './padded-batch.ts'
import type { EncodedText } from './session.ts'

export interface MicroBatch {
  /** indices of its texts */
  readonly indices: readonly number[]
  /** its cost: every text as long as the longest */
  readonly tokens: number
}

export interface MicroBatchOptions {
  /** maximal texts of a batch */
  readonly rows: number
  /** maximal tokens of a batch, padding included; a single longer pair is one batch */
  readonly tokens: number
}

/** Splits texts into batches, the shortest first. */
export function* microBatches(
  texts: readonly EncodedText[],
  { rows: mostRows, tokens }: MicroBatchOptions,
): Generator<MicroBatch> {
  const lengthOf = (index: number) => padded(texts[index]!.ids.length)
  const order = texts
    .map((_, index) => index)
    .sort((a, b) => texts[a]!.ids.length - texts[b]!.ids.length || a - b)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && to - from < mostRows && (to + 1 - from) * lengthOf(order[to]!) <= tokens) to++
    const indices = order.slice(from, to)
    yield { indices, tokens: indices.length * lengthOf(indices.at(-1)!) }
    from = to
  }
}
