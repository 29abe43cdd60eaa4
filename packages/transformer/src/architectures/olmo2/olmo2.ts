// OLMo 2 (OLMo Team 2025): norms after attention and after the feed-forward layers, none before; queries and
// keys are normalised over all heads together.
//   N tokens of all texts, D hidden size
import { embedding, linear, rmsNorm, swiglu } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import type { DecoderArchitecture, DecoderForward, ForwardOptions } from '../../architecture.ts'
import { decoderKeys, headsFit, headsMessage, headsOf } from '../../layers/decoder-keys.ts'
import { frequenciesOf } from '../../layers/rotary.ts'
import { rotaryAttention } from '../../layers/rotary-attention.ts'
import { runLayers, type Wanted } from '../../layers/run-layers.ts'
import type { TokenBatch } from '../../token-batch.ts'
import type { Parameters, WeightShape } from '../../weights.ts'

const { type_vocab_size: _, initialization: __, ...keys } = decoderKeys
const config = z
  .strictObject({
    ...keys,
    model_type: z.literal('olmo2'),
    attention_bias: z.literal(false, 'only false is built').optional(),
  })
  .refine(headsFit, headsMessage)

type Olmo2Config = z.output<typeof config>

function weights(config: Olmo2Config): WeightShape[] {
  const { hidden_size: D, intermediate_size: I, vocab_size: V } = config
  const { size, keyHeads } = headsOf(config)
  const [queries, keys] = [size * config.num_attention_heads, size * keyHeads]
  const weight = (name: string, ...shape: number[]): WeightShape => ({
    name: `${name}.weight`,
    shape,
    start: shape.length === 1 ? { fill: 1 } : { deviation: 0.02 },
  })
  const layers = Array.from({ length: config.num_hidden_layers }, (_, layer) => {
    const name = `model.layers.${layer}`
    return [
      weight(`${name}.self_attn.q_proj`, queries, D),
      weight(`${name}.self_attn.k_proj`, keys, D),
      weight(`${name}.self_attn.v_proj`, keys, D),
      weight(`${name}.self_attn.o_proj`, D, queries),
      weight(`${name}.self_attn.q_norm`, queries),
      weight(`${name}.self_attn.k_norm`, keys),
      weight(`${name}.mlp.gate_proj`, I, D),
      weight(`${name}.mlp.up_proj`, I, D),
      weight(`${name}.mlp.down_proj`, D, I),
      weight(`${name}.post_attention_layernorm`, D),
      weight(`${name}.post_feedforward_layernorm`, D),
    ]
  })
  return [
    weight('model.embed_tokens', V, D),
    ...layers.flat(),
    weight('model.norm', D),
    ...(config.tie_word_embeddings ? [] : [weight('lm_head', V, D)]),
    { name: 'score.weight', shape: [1, D], start: { deviation: 0.02 } },
  ]
}

function forward(config: Olmo2Config, weights: Parameters, options?: ForwardOptions): DecoderForward {
  const { num_hidden_layers: layers, num_attention_heads: heads, rms_norm_eps: epsilon } = config
  const { size, keyHeads } = headsOf(config)
  const angles = frequenciesOf(config, size)
  const w = <T>(name: string) => weights.get(`${name}.weight`) as unknown as T
  const norm = (x: tf.Tensor2D, name: string) => rmsNorm(x, w<tf.Tensor1D>(name), epsilon)

  /** Like the block of a pre-norm decoder: x [N, D] -> [P, D]. */
  function block(x: tf.Tensor2D, layer: number, batch: TokenBatch, wanted?: Wanted): tf.Tensor2D {
    const name = `model.layers.${layer}`
    const self = `${name}.self_attn`
    const project = (x: tf.Tensor2D, part: 'q' | 'k' | 'v') => {
      const projected = linear(x, w(`${self}.${part}_proj`))
      return part === 'v' ? projected : norm(projected, `${self}.${part}_norm`)
    }
    const mixed = rotaryAttention(x, { batch, wanted, heads, keyHeads, angles, project })
    const at = (all: tf.Tensor2D) => (wanted === undefined ? all : embedding(all, wanted.positions))
    const attended = linear(mixed, w(`${self}.o_proj`)) // [P, D]
    const middle: tf.Tensor2D = tf.add(at(x), norm(attended, `${name}.post_attention_layernorm`))
    const gated = swiglu(linear(middle, w(`${name}.mlp.gate_proj`)), linear(middle, w(`${name}.mlp.up_proj`))) // [P, I]
    const wide = linear(gated, w(`${name}.mlp.down_proj`))
    return tf.add(middle, norm(wide, `${name}.post_feedforward_layernorm`))
  }

  return {
    output: config.tie_word_embeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
    hidden(batch, positions) {
      const embed = () => embedding(w('model.embed_tokens'), tf.tensor1d(batch.ids, 'int32')) // [N, D]
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

export const olmo2 = {
  modelType: 'olmo2',
  config,
  className: 'Olmo2ForSequenceClassification',
  lastToken: ['<|endoftext|>'],
  harmless: [],
  weights,
  forward,
} satisfies DecoderArchitecture<Olmo2Config>
