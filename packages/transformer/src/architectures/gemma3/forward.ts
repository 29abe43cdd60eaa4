// Norms before and after attention and the feed-forward layers, GELU gates, five layers with a window for
// each layer with full attention, and separate rotary angles for both kinds.
//   N tokens of all texts, D hidden size
import { embedding, geluTanh, linear, rmsNorm } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderForward, ForwardOptions } from '../../architecture.ts'
import { headsOf } from '../../layers/decoder-keys.ts'
import { reachByLayer } from '../../layers/pre-norm-decoder.ts'
import { scaledFrequencies } from '../../layers/rotary.ts'
import { rotaryAttention } from '../../layers/rotary-attention.ts'
import { runLayers, type Wanted } from '../../layers/run-layers.ts'
import type { TokenBatch } from '../../token-batch.ts'
import type { Parameters } from '../../weights.ts'
import { type Gemma3Config, layerTypes, rotaryOf } from './config.ts'

export function gemma3Forward(
  config: Gemma3Config,
  weights: Parameters,
  options?: ForwardOptions,
): DecoderForward {
  const { num_hidden_layers: layers, num_attention_heads: heads, rms_norm_eps: epsilon } = config
  const { size, keyHeads } = headsOf(config)
  const types = layerTypes(config)
  const reach = reachByLayer(types, layers, config.sliding_window)
  const anglesOf = (type: (typeof types)[number]) => {
    const { theta, scaling } = rotaryOf(config, type)
    return scaledFrequencies(size, theta, scaling)
  }
  const angles = {
    full_attention: anglesOf('full_attention'),
    sliding_attention: anglesOf('sliding_attention'),
  }
  const w = <T>(name: string) => weights.get(`${name}.weight`) as unknown as T
  const norm = <T extends tf.Tensor>(x: T, name: string): T =>
    rmsNorm(x, tf.add(w<tf.Tensor1D>(name), 1) as tf.Tensor1D, epsilon)

  /** Like the block of a pre-norm decoder: x [N, D] -> [P, D]. */
  function block(x: tf.Tensor2D, layer: number, batch: TokenBatch, wanted?: Wanted): tf.Tensor2D {
    const name = `model.layers.${layer}`
    const self = `${name}.self_attn`
    const y = norm(x, `${name}.input_layernorm`)
    const mixed = rotaryAttention(y, {
      ...{ batch, wanted, heads, keyHeads, angles: angles[types[layer]!], reach: reach(layer) },
      scale: config.query_pre_attn_scalar ** -0.5,
      project: (x, part) => linear(x, w(`${self}.${part}_proj`)),
      normalize: (x, part) => norm(x, `${self}.${part}_norm`),
    })
    const at = (all: tf.Tensor2D) => (wanted === undefined ? all : embedding(all, wanted.positions))
    const attended = linear(mixed, w(`${self}.o_proj`)) // [P, D]
    const middle: tf.Tensor2D = tf.add(at(x), norm(attended, `${name}.post_attention_layernorm`))
    const z = norm(middle, `${name}.pre_feedforward_layernorm`)
    const gate = geluTanh(linear(z, w(`${name}.mlp.gate_proj`))) // [P, I]
    const wide: tf.Tensor2D = tf.mul(gate, linear(z, w(`${name}.mlp.up_proj`)))
    return tf.add(
      middle,
      norm(linear(wide, w(`${name}.mlp.down_proj`)), `${name}.post_feedforward_layernorm`),
    )
  }

  return {
    output: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    hidden(batch, positions) {
      const embed = () =>
        tf.mul<tf.Tensor2D>(
          embedding(w('model.embed_tokens'), tf.tensor1d(batch.ids, 'int32')),
          Math.sqrt(config.hidden_size),
        ) // [N, D]
      const through = (x: tf.Tensor2D, layer: number, wanted?: Wanted) => block(x, layer, batch, wanted)
      const x = runLayers({
        layers,
        parameters: weights,
        batch,
        positions,
        embed,
        block: through,
        ...options,
      })
      return norm(x, 'model.norm')
    },
  }
}
