// A decoder of any supported architecture. It is a language model and, with the hidden state of the last
// token through one dense layer, a ranker.
import { chunkedCrossEntropy, type FrozenMatrix, linear } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderArchitecture, DecoderForward } from '../architecture.ts'
import {
  type CheckedDecoderConfig,
  type DecoderConfig,
  decoders,
  findArchitecture,
} from '../architectures.ts'
import { checkConfig } from '../check-config.ts'
import { encoderTensors } from '../encoder/encoder-tensors.ts'
import { makeParameters, type Tuning } from '../parameters.ts'
import type { Tensors } from '../tensors/safetensors.ts'
import { checkBatch, lastOf, startsOf, type TokenBatch } from '../token-batch.ts'
import type { Parameters, WeightShape, WeightSource, Weights } from '../weights.ts'

export interface Decoder {
  readonly config: DecoderConfig
  /** the trained ones, by Hugging Face name; adapters by peft's */
  readonly weights: Weights
  /** all, in checkpoint order */
  readonly parameters: Parameters
  /**
   * names of the weights that were not in a checkpoint: all of a new network, the missing heads of a trained
   * one
   */
  readonly fresh: readonly string[]
  /**
   * Mean over the counted positions of -log P(target | the tokens up to that position); 0 when none counts.
   * @param targets [N], the token that each position should predict, -1 where it does not count
   */
  languageLoss(batch: TokenBatch, targets: Int32Array): tf.Scalar
  /**
   * The network's prediction of the token after each of the given positions, as logits over the vocabulary.
   * @param positions numbers of tokens in the batch
   * @returns [positions, vocab_size]
   */
  logits(batch: TokenBatch, positions: Int32Array): tf.Tensor2D
  /** [rows]: each text's pooled state (the last token's by default) through the ranking head */
  score(batch: TokenBatch): tf.Tensor1D
  /** [rows, D]: each text's pooled state */
  embed(batch: TokenBatch): tf.Tensor2D
  dispose(): void
}

export interface DecoderOptions extends Tuning {
  /** each layer keeps only its input and is computed again in the backward pass: less memory, more time */
  readonly recompute?: boolean | undefined
  /**
   * the embedding of a text and the input of the ranking head: the state of the last token, as in published
   * rankers, or the mean of all
   */
  readonly pooling?: 'last' | 'mean' | undefined
}

/**
 * A new decoder, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration names no supported architecture, has an unsupported key, or its
 * sizes do not match, a tensor is missing or of another shape, or adapters are requested where there is no
 * matrix
 */
export function createDecoder(
  config: DecoderConfig,
  source: WeightSource,
  { recompute, pooling = 'last', ...tuning }: DecoderOptions = {},
): Decoder {
  const architecture: DecoderArchitecture<CheckedDecoderConfig> = findArchitecture(decoders, config)
  const checked = checkConfig(architecture, config)
  const shapes = architecture.weights(checked)
  const { tensors, missingHead } =
    'tensors' in source ? findTensors(architecture, shapes, source.tensors) : {}
  const { parameters, weights, hide, dispose } = makeParameters(
    shapes,
    tensors ? { tensors, seed: source.seed ?? 1 } : source,
    tuning,
  )
  const { hidden, output } = architecture.forward(checked, parameters, { recompute })
  const begin = (batch: TokenBatch) => {
    checkBatch(batch, checked)
    hide(batch.noise)
  }
  const w = (name: string) => parameters.get(name) as tf.Tensor2D | FrozenMatrix
  const embed = (batch: TokenBatch) =>
    tf.tidy(() => {
      begin(batch)
      return pooling === 'mean' ? meanState(batch, hidden) : hidden(batch, lastOf(batch))
    })
  return {
    config,
    weights,
    parameters,
    fresh: missingHead ?? shapes.map(({ name }) => name),
    languageLoss: (batch, targets) =>
      tf.tidy(() => {
        begin(batch)
        // logits are as wide as the vocabulary, so they are made only for counted positions
        const positions = Int32Array.from(targets.keys()).filter((position) => targets[position]! >= 0)
        // 0 with a gradient (of 0): a training step without a counted position changes nothing
        const [some] = weights.values()
        if (positions.length === 0) return some ? tf.sum(tf.mul(some, 0)) : tf.scalar(0)
        const right = positions.map((position) => targets[position]!)
        return chunkedCrossEntropy(hidden(batch, positions), w(output), right)
      }),
    logits: (batch, positions) =>
      tf.tidy(() => {
        begin(batch)
        return linear(hidden(batch, positions), w(output))
      }),
    score: (batch) => tf.tidy(() => tf.reshape(linear(embed(batch), w('score.weight')), [batch.rows])),
    embed,
    dispose,
  }
}

/** [rows, D]: the mean of the states of a text's tokens */
function meanState(batch: TokenBatch, hidden: DecoderForward['hidden']): tf.Tensor2D {
  const { ids, lengths, rows } = batch
  const shares = new Float32Array(rows * ids.length)
  for (const [row, start] of startsOf(batch).entries()) {
    const from = row * ids.length + start
    shares.fill(1 / lengths[row]!, from, from + lengths[row]!)
  }
  return tf.matMul(tf.tensor2d(shares, [rows, ids.length]), hidden(batch, Int32Array.from(ids.keys())))
}

/** A language model has no ranking head, and a ranker no vocabulary head: missing ones are made new. */
const HEADS = ['lm_head.weight', 'score.weight']
/** tensors that tied or older checkpoints repeat */
const IGNORED = /^(lm_head\.weight|.*\.rotary_emb\.inv_freq)$/

function findTensors(
  { className }: { readonly className: string },
  weights: readonly WeightShape[],
  tensors: Tensors,
) {
  const model = { className, weights, head: HEADS, prefix: 'model.', ignored: IGNORED }
  return encoderTensors(model, tensors)
}
