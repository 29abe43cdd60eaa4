// The forward pass of a pre-norm decoder. Weight names are those of LlamaForCausalLM.
//   N tokens of all texts, D hidden size
import { embedding, linear, rmsNorm, swiglu, type TextLengths } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderForward, ForwardOptions } from '../architecture.ts'
import type { TokenBatch } from '../token-batch.ts'
import type { Parameters } from '../weights.ts'
import { headsOf } from './decoder-keys.ts'
import { hasTypes, type PreNormConfig, type PreNormKind } from './pre-norm-decoder.ts'
import { frequenciesOf, type RotaryConfig } from './rotary.ts'
import { rotaryAttention } from './rotary-attention.ts'
import { runLayers } from './run-layers.ts'

export function preNormForward(
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
   * @param places [P] numbers of the tokens whose output is wanted; all when not given
   * @returns [P, D]
   */
  function block(x: tf.Tensor2D, layer: number, texts: TextLengths, places?: tf.Tensor1D): tf.Tensor2D {
    const name = `model.layers.${layer}`
    const self = `${name}.self_attn`
    const y = norm(x, `${name}.input_layernorm`)
    const [q, k, v] = [dense(y, `${self}.q_proj`), dense(y, `${self}.k_proj`), dense(y, `${self}.v_proj`)]
    const mixed = rotaryAttention(q, k, v, {
      ...{ texts, heads, keyHeads, angles, reach: reach(layer) },
      normalize: (x, part) => (headNorms ? norm(x, `${self}.${part}_norm`) : x),
    })
    const at = (all: tf.Tensor2D) => (places === undefined ? all : embedding(all, places))
    const middle: tf.Tensor2D = tf.add(at(x), dense(at(mixed), `${self}.o_proj`)) // [P, D]
    const z = norm(middle, `${name}.post_attention_layernorm`)
    const gated = swiglu(dense(z, `${name}.mlp.gate_proj`), dense(z, `${name}.mlp.up_proj`)) // [P, I]
    return tf.add(middle, dense(gated, `${name}.mlp.down_proj`))
  }

  return {
    output: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    hidden(batch: TokenBatch, places: Int32Array): tf.Tensor2D {
      const embed = () => {
        const words = embedding(w('model.embed_tokens.weight'), tf.tensor1d(batch.ids, 'int32')) // [N, D]
        if (!hasTypes(config)) return words
        return tf.add<tf.Tensor2D>(
          words,
          embedding(w('model.embed_types.weight'), tf.tensor1d(batch.typeIds, 'int32')),
        )
      }
      const through = (x: tf.Tensor2D, layer: number, places?: tf.Tensor1D) => block(x, layer, batch, places)
      const x = runLayers({ layers, parameters: weights, places, embed, block: through, ...options })
      return norm(x, 'model.norm')
    },
  }
}
