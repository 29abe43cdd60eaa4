// BERT as a cross-encoder: post-layer-norm blocks, learned positions, the first token's output
// through the pooler and one dense layer to a score. Weight names are those of BertForSequenceClassification.
//   N = rows * T tokens, D hidden size

import { attention, embedding, gelu, layerNorm, linear, mergeHeads, splitHeads } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { EncoderForward } from '../../architecture.ts'
import type { TokenBatch } from '../../token-batch.ts'
import type { Weights } from '../../weights.ts'
import type { BertConfig } from './config.ts'

export function bertForward(config: BertConfig, weights: Weights): EncoderForward {
  const { num_hidden_layers: layers, num_attention_heads: heads, layer_norm_eps: epsilon } = config
  const D = config.hidden_size
  const w = <T extends tf.Tensor>(name: string) => weights.get(name) as unknown as T
  const dense = (x: tf.Tensor2D, name: string) => linear(x, w(`${name}.weight`), w(`${name}.bias`))
  const norm = (x: tf.Tensor2D, name: string) => layerNorm(x, w(`${name}.weight`), w(`${name}.bias`), epsilon)

  function embed({ ids, typeIds, rows, columns }: TokenBatch): tf.Tensor2D {
    const table = 'bert.embeddings'
    const word = embedding(w(`${table}.word_embeddings.weight`), tf.tensor1d(ids, 'int32')) // [N, D]
    const type = embedding(w(`${table}.token_type_embeddings.weight`), tf.tensor1d(typeIds, 'int32')) // [N, D]
    const places = w<tf.Tensor2D>(`${table}.position_embeddings.weight`)
    const known = Math.min(columns, config.max_position_embeddings)
    // columns behind the last known place can only be padding, which checkBatch has seen to
    const place = tf.pad(tf.slice(places, [0, 0], [known, D]), [
      [0, columns - known],
      [0, 0],
    ]) // [T, D]
    const sum = tf.add(tf.reshape(tf.add(word, type), [rows, columns, D]), place)
    return norm(tf.reshape(sum, [rows * columns, D]), `${table}.LayerNorm`)
  }

  /**
   * @param x [N, D], attended to
   * @param y [rows * Q, D], the tokens whose output is wanted
   * @returns [rows * Q, D]
   */
  function block(x: tf.Tensor2D, y: tf.Tensor2D, layer: number, lengths: tf.Tensor1D): tf.Tensor2D {
    const name = `bert.encoder.layer.${layer}`
    const head = (input: tf.Tensor2D, part: string) =>
      splitHeads(dense(input, `${name}.attention.self.${part}`), lengths.size, heads)
    const mixed = attention(head(y, 'query'), head(x, 'key'), head(x, 'value'), { heads, lengths }) // [rows * heads, Q, d]
    const attended = dense(mergeHeads(mixed, heads), `${name}.attention.output.dense`)
    const middle = norm(tf.add(y, attended), `${name}.attention.output.LayerNorm`)
    const wide = gelu(dense(middle, `${name}.intermediate.dense`)) // [rows * Q, I]
    return norm(tf.add(middle, dense(wide, `${name}.output.dense`)), `${name}.output.LayerNorm`)
  }

  return {
    score(batch) {
      const { rows, columns } = batch
      const lengths = tf.tensor1d(batch.lengths, 'int32')
      let x = embed(batch) // [N, D]
      for (let layer = 0; layer < layers - 1; layer++) x = block(x, x, layer, lengths)
      // of the last layer only the first token is read: with two layers this saves two fifths of the work
      const first = tf.tensor1d(
        Int32Array.from({ length: rows }, (_, row) => row * columns),
        'int32',
      )
      const last = block(x, embedding(x, first), layers - 1, lengths) // [rows, D]
      const pooled = tf.tanh(dense(last, 'bert.pooler.dense')) as tf.Tensor2D // [rows, D]
      return tf.reshape(dense(pooled, 'classifier'), [rows])
    },
  }
}
