// A decoder of any architecture on the list. It reads as a language model and, with the hidden state of the last token
// through one dense layer, as a ranker.
import { chunkedCrossEntropy, type FrozenMatrix, linear } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import type { DecoderArchitecture } from './architecture.ts'
import { type CheckedDecoderConfig, type DecoderConfig, decoders, findArchitecture } from './architectures.ts'
import { checkConfig } from './check-config.ts'
import { encoderTensors } from './encoder-tensors.ts'
import type { Tensors } from './safetensors.ts'
import { checkBatch, type TokenBatch } from './token-batch.ts'
import {
  freeze,
  makeWeights,
  type Parameters,
  type WeightShape,
  type WeightSource,
  type Weights,
} from './weights.ts'

export interface Decoder {
  readonly config: DecoderConfig
  /** those that train, by Hugging Face name */
  readonly weights: Weights
  /** all, in checkpoint order */
  readonly parameters: Parameters
  /** names of the weights that no checkpoint brought: all of a new network, heads that a trained one lacked */
  readonly fresh: readonly string[]
  /**
   * Mean over the counted places of -log P(target | the tokens up to that place); 0 when no place counts.
   * @param targets [rows * T], the token each place shall predict, -1 where it does not count
   */
  languageLoss(batch: TokenBatch, targets: Int32Array): tf.Scalar
  /**
   * What the network expects behind the given places, as logits over the vocabulary.
   * @param places numbers of tokens, row * columns + column
   * @returns [places, vocab_size]
   */
  logits(batch: TokenBatch, places: Int32Array): tf.Tensor2D
  /** [rows]: the hidden state of each text's last token through the ranking head */
  score(batch: TokenBatch): tf.Tensor1D
  dispose(): void
}

export interface DecoderOptions {
  /** which weights train; all by default. Matrices of a checkpoint that do not are kept out of the backend's memory */
  readonly trains?: ((name: string) => boolean) | undefined
}

/**
 * A new decoder, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration is of no architecture on the list, has a key that is not built, or its
 * sizes do not fit, or a tensor is missing or of another shape
 */
export function createDecoder(
  config: DecoderConfig,
  source: WeightSource,
  { trains = () => true }: DecoderOptions = {},
): Decoder {
  const architecture: DecoderArchitecture<CheckedDecoderConfig> = findArchitecture(decoders, config)
  const checked = checkConfig(architecture, config)
  const shapes = architecture.weights(checked)
  const { tensors, missingHead } =
    'tensors' in source ? findTensors(architecture, shapes, source.tensors) : {}
  const held = new Set(
    shapes
      .filter(({ name, shape }) => shape.length === 2 && !trains(name) && tensors?.has(name))
      .map(({ name }) => name),
  )
  const variables = makeWeights(
    shapes.filter(({ name }) => !held.has(name)),
    tensors ? { tensors, seed: source.seed ?? 1 } : source,
  )
  const parameters: Parameters = new Map(
    shapes.map(({ name, shape }) => [
      name,
      held.has(name) ? freeze(name, shape, tensors!) : variables.get(name)!,
    ]),
  )
  for (const [name, variable] of variables) variable.trainable = trains(name)
  const weights = new Map([...variables].filter(([name]) => trains(name)))
  const { hidden, output } = architecture.forward(checked, parameters)
  const w = (name: string) => parameters.get(name) as tf.Tensor2D | FrozenMatrix
  return {
    config,
    weights,
    parameters,
    fresh: missingHead ?? shapes.map(({ name }) => name),
    languageLoss: (batch, targets) =>
      tf.tidy(() => {
        checkBatch(batch, checked)
        // logits are as wide as the vocabulary: only of the places that count
        const places = Int32Array.from(targets.keys()).filter((place) => targets[place]! >= 0)
        // 0 that has a gradient (of 0): a training step without a counted place changes nothing
        const [some] = weights.values()
        if (places.length === 0) return some ? tf.sum(tf.mul(some, 0)) : tf.scalar(0)
        const right = places.map((place) => targets[place]!)
        return chunkedCrossEntropy(hidden(batch, places), w(output), right)
      }),
    logits: (batch, places) =>
      tf.tidy(() => {
        checkBatch(batch, checked)
        return linear(hidden(batch, places), w(output))
      }),
    score: (batch) =>
      tf.tidy(() => {
        checkBatch(batch, checked)
        const last = batch.lengths.map((length, row) => row * batch.columns + length - 1)
        return tf.reshape(linear(hidden(batch, last), w('score.weight')), [batch.rows])
      }),
    dispose: () => {
      for (const weight of variables.values()) weight.dispose()
    },
  }
}

/** A language model has no ranking head, a ranker none for its vocabulary: what is missing of these is made new. */
const HEADS = ['lm_head.weight', 'score.weight']
/** what tied or older checkpoints repeat */
const IGNORED = /^(lm_head\.weight|.*\.rotary_emb\.inv_freq)$/

function findTensors(
  { className }: { readonly className: string },
  weights: readonly WeightShape[],
  tensors: Tensors,
) {
  const model = { className, weights, head: HEADS, prefix: 'model.', ignored: IGNORED }
  return encoderTensors(model, tensors)
}
