// Pre-norm blocks with RMSNorm, rotary positions, SwiGLU, grouped-query attention, causal. Weight names are those of
// LlamaForCausalLM and LlamaForSequenceClassification.
//   N = rows * T tokens, D hidden size

import {
  attention,
  embedding,
  linear,
  mergeHeads,
  rmsNorm,
  rope,
  splitHeads,
  swiglu,
} from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderForward } from '../../architecture.ts'
import type { TokenBatch } from '../../token-batch.ts'
import type { Weights } from '../../weights.ts'
import type { LlamaConfig } from './config.ts'
import { hasTypes } from './weights.ts'

export function llamaForward(config: LlamaConfig, weights: Weights): DecoderForward {
  const { num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyHeads } = config
  const { rms_norm_eps: epsilon, rope_theta: theta } = config
  const w = <T extends tf.Tensor>(name: string) => weights.get(`${name}.weight`) as unknown as T

  /**
   * @param x [N, D]
   * @param places [P] numbers of the tokens whose output is wanted; all when not given
   * @returns [P, D]
   */
  function block(x: tf.Tensor2D, layer: number, rows: number, places?: tf.Tensor1D): tf.Tensor2D {
    const name = `model.layers.${layer}`
    const y = rmsNorm(x, w<tf.Tensor1D>(`${name}.input_layernorm`), epsilon)
    const head = (part: string, count: number) =>
      splitHeads(linear(y, w(`${name}.self_attn.${part}_proj`)), rows, count)
    const q = rope(head('q', heads), theta) // [rows * heads, T, d]
    const k = rope(head('k', keyHeads), theta)
    const mixed = attention(q, k, head('v', keyHeads), { heads, keyHeads, causal: true })
    const at = (all: tf.Tensor2D) => (places === undefined ? all : embedding(all, places))
    const attended = linear(at(mergeHeads(mixed, heads)), w(`${name}.self_attn.o_proj`)) // [P, D]
    const middle: tf.Tensor2D = tf.add(at(x), attended)
    const z = rmsNorm(middle, w<tf.Tensor1D>(`${name}.post_attention_layernorm`), epsilon)
    const gated = swiglu(linear(z, w(`${name}.mlp.gate_proj`)), linear(z, w(`${name}.mlp.up_proj`))) // [P, I]
    return tf.add(middle, linear(gated, w(`${name}.mlp.down_proj`)))
  }

  /** The normalised hidden states of the given places, [places, D]. Padding stands behind a text, unseen by it. */
  function hidden(batch: TokenBatch, places: Int32Array): tf.Tensor2D {
    let x = embedding(w('model.embed_tokens'), tf.tensor1d(batch.ids, 'int32')) // [N, D]
    if (hasTypes(config))
      x = tf.add(x, embedding(w('model.embed_types'), tf.tensor1d(batch.typeIds, 'int32')))
    for (let layer = 0; layer < layers - 1; layer++) x = block(x, layer, batch.rows)
    // behind the attention of the last layer nothing else is read: most of its work is left out
    x = block(x, layers - 1, batch.rows, tf.tensor1d(places, 'int32'))
    return rmsNorm(x, w<tf.Tensor1D>('model.norm'), epsilon)
  }

  return {
    hidden,
    output: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
  }
}
