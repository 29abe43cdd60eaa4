// The loss of a decoder on the documents of validation queries: the measure of continued pre-training.
import type { Document, Pairs } from '@disranker/dataset'
import * as tf from '@tensorflow/tfjs'
import { countTargets, type LanguageBatch } from './language-batch.ts'

/** A query and a document to predict. */
export interface Text {
  readonly query: string
  readonly document: Document
}

/**
 * Language loss per token over the first `queries` validation queries, each with a document of its highest
 * grade.
 * @returns the loss, and its negative as the quality
 */
export function validationLoss(
  { candidates, queries: all, documents, judgements }: Pairs,
  queries: number,
  model: {
    /** texts in a batch */
    readonly batch: number
    pack(texts: readonly Text[]): LanguageBatch
    loss(batch: LanguageBatch): tf.Scalar
  },
): { quality: number; loss: number } {
  const texts: Text[] = []
  for (const [id] of candidates('validation')) {
    if (texts.length >= queries) break
    const [best] = [...(judgements.get(id) ?? [])].sort(([, a], [, b]) => b - a)
    const document = best && best[1] > 0 ? documents.get(best[0]) : undefined
    if (document !== undefined) texts.push({ query: all.get(id)!.text, document })
  }
  let sum = 0
  let count = 0
  for (let from = 0; from < texts.length; from += model.batch) {
    const packed = model.pack(texts.slice(from, from + model.batch))
    const tokens = countTargets(packed)
    if (tokens === 0) continue
    sum += tokens * tf.tidy(() => model.loss(packed).dataSync()[0]!)
    count += tokens
  }
  const loss = sum / Math.max(1, count)
  return { quality: -loss, loss }
}
