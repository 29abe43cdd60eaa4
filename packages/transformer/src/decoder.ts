// LLaMA (Touvron et al. 2023): pre-norm blocks with RMSNorm, rotary positions, SwiGLU, grouped-query attention, causal.
// It reads as a language model and, with the hidden state of the last token through one dense layer, as a ranker. Weight
// names are those of LlamaForCausalLM and LlamaForSequenceClassification.
//   N = rows * T tokens, D hidden size
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { type DecoderConfig, decoderShapes, hasTypes } from './decoder-shapes.ts'
import { attention } from './operations/attention.ts'
import { embedding } from './operations/embedding.ts'
import { mergeHeads, splitHeads } from './operations/heads.ts'
import { linear } from './operations/linear.ts'
import { rmsNorm } from './operations/rms-norm.ts'
import { rope } from './operations/rope.ts'
import { sparseCrossEntropy } from './operations/sparse-cross-entropy.ts'
import { swiglu } from './operations/swiglu.ts'
import { checkBatch, type TokenBatch } from './token-batch.ts'
import { makeWeights, type WeightSource, type Weights } from './weights.ts'

export interface Decoder {
  readonly config: DecoderConfig
  /** by Hugging Face name */
  readonly weights: Weights
  /**
   * Mean over the counted places of -log P(target | the tokens up to that place); 0 when no place counts.
   * @param targets [rows * T], the token each place shall predict, -1 where it does not count
   */
  languageLoss(batch: TokenBatch, targets: Int32Array): tf.Scalar
  /** [rows]: the hidden state of each text's last token through the ranking head */
  score(batch: TokenBatch): tf.Tensor1D
  dispose(): void
}

/**
 * A new LLaMA, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration's sizes do not fit, or a tensor is missing or of another shape
 */
export function createDecoder(config: DecoderConfig, source: WeightSource): Decoder {
  const { num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyHeads } = config
  const { rms_norm_eps: epsilon, rope_theta: theta, hidden_size: D } = config
  if (D % (2 * heads) !== 0 || heads % keyHeads !== 0)
    throw new InputError(
      `hidden_size ${D}, num_attention_heads ${heads} and num_key_value_heads ${keyHeads} do not fit: wanted an even size a head, and heads in whole groups.`,
    )
  if (layers < 1) throw new InputError(`num_hidden_layers is ${layers}; wanted at least 1. Mend the config.`)
  const weights = makeWeights(decoderShapes(config), source)
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
    checkBatch(batch, config)
    let x = embedding(w('model.embed_tokens'), tf.tensor1d(batch.ids, 'int32')) // [N, D]
    if (hasTypes(config))
      x = tf.add(x, embedding(w('model.embed_types'), tf.tensor1d(batch.typeIds, 'int32')))
    for (let layer = 0; layer < layers - 1; layer++) x = block(x, layer, batch.rows)
    // behind the attention of the last layer nothing else is read: most of its work is left out
    x = block(x, layers - 1, batch.rows, tf.tensor1d(places, 'int32'))
    return rmsNorm(x, w<tf.Tensor1D>('model.norm'), epsilon)
  }

  return {
    config,
    weights,
    languageLoss: (batch, targets) =>
      tf.tidy(() => {
        // logits are as wide as the vocabulary: only of the places that count
        const places = Int32Array.from(targets.keys()).filter((place) => targets[place]! >= 0)
        // 0 that has a gradient (of 0): a training step without a counted place changes nothing
        if (places.length === 0) return tf.mul(tf.sum(w('model.norm')), 0)
        const right = places.map((place) => targets[place]!)
        const output = w<tf.Tensor2D>(config.tie_word_embeddings ? 'model.embed_tokens' : 'lm_head')
        return sparseCrossEntropy(linear(hidden(batch, places), output), tf.tensor1d(right, 'int32'))
      }),
    score: (batch) =>
      tf.tidy(() => {
        const last = batch.lengths.map((length, row) => row * batch.columns + length - 1)
        return tf.reshape(linear(hidden(batch, last), w('score')), [batch.rows])
      }),
    dispose: () => {
      for (const weight of weights.values()) weight.dispose()
    },
  }
}
