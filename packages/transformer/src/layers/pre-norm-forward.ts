// The forward pass of a pre-norm decoder. Weight names are those of LlamaForCausalLM.
//   N tokens of all texts, D hidden size
import { embedding, linear, rmsNorm, swiglu } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderForward, ForwardOptions } from '../architecture.ts'
import type { TokenBatch } from '../token-batch.ts'
import type { Parameters } from '../weights.ts'
import { headsOf } from './decoder-keys.ts'
import { hasTypes, type PreNormConfig, type PreNormKind } from './pre-norm-decoder.ts'
import { preNormWeights } from './pre-norm-weights.ts'
import { frequenciesOf, type RotaryConfig } from './rotary.ts'
import { rotaryAttention } from './rotary-attention.ts'
import { runLayers, type Wanted } from './run-layers.ts'

/** Weights and forward pass of a decoder of this kind. */
export const preNormDecoder = <Config extends PreNormConfig & RotaryConfig>(
  kind: (config: Config) => PreNormKind,
) => ({
  weights: (config: Config) => preNormWeights(config, kind(config)),
  forward: (config: Config, weights: Parameters, options?: ForwardOptions) =>
    preNormForward(config, kind(config), weights, options),
})

function preNormForward(
  config: PreNormConfig & RotaryConfig,
  { headNorms, reach }: PreNormKind,
  weights: Parameters,
  options?: ForwardOptions,
): DecoderForward {
  const { num_hidden_layers: layers, num_attention_heads: heads, rms_norm_eps: epsilon } = config
  const { size, keyHeads } = headsOf(config)
  const angles = frequenciesOf(config, size)
  const w = <T>(name: string) => weights.get(name) as unknown as T
  const dense = (x: tf.Tensor2D, name: string) =>
    linear(x, w(`${name}.weight`), weights.has(`${name}.bias`) ? w(`${name}.bias`) : undefined)
  const norm = <T extends tf.Tensor>(x: T, name: string) =>
    rmsNorm(x, w<tf.Tensor1D>(`${name}.weight`), epsilon)

  /**
   * @param x [N, D]
   * @param wanted the tokens whose output is computed; all by default
   * @returns [P, D]
   */
  function block(x: tf.Tensor2D, layer: number, batch: TokenBatch, wanted?: Wanted): tf.Tensor2D {
    const name = `model.layers.${layer}`
    const self = `${name}.self_attn`
    const y = norm(x, `${name}.input_layernorm`)
    const mixed = rotaryAttention(y, {
      ...{ batch, wanted, heads, keyHeads, angles, reach: reach(layer) },
      project: (x, part) => dense(x, `${self}.${part}_proj`),
      normalize: (x, part) => (headNorms ? norm(x, `${self}.${part}_norm`) : x),
    })
    const at = (all: tf.Tensor2D) => (wanted === undefined ? all : embedding(all, wanted.positions))
    const middle: tf.Tensor2D = tf.add(at(x), dense(mixed, `${self}.o_proj`)) // [P, D]
    const z = norm(middle, `${name}.post_attention_layernorm`)
    const gated = swiglu(dense(z, `${name}.mlp.gate_proj`), dense(z, `${name}.mlp.up_proj`)) // [P, I]
    return tf.add(middle, dense(gated, `${name}.mlp.down_proj`))
  }

  return {
    output: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    hidden(batch: TokenBatch, positions: Int32Array): tf.Tensor2D {
      const embed = () => {
        const words = embedding(w('model.embed_tokens.weight'), tf.tensor1d(batch.ids, 'int32')) // [N, D]
        if (!hasTypes(config)) return words
        return tf.add<tf.Tensor2D>(
          words,
          embedding(w('model.embed_types.weight'), tf.tensor1d(batch.typeIds, 'int32')),
        )
      }
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
