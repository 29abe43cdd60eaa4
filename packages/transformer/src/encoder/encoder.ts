// A cross-encoder of any supported architecture: a query and a document in, one number out.
import * as tf from '@tensorflow/tfjs'
import { type TensorOptions, tensorOperations } from '../operations/tensor-operations.ts'
import { makeParameters, type Tuning } from '../parameters.ts'
import { checkBatch, type TokenBatch } from '../token-batch.ts'
import type { Parameters, WeightSource, Weights } from '../weights.ts'
import type { EncoderModel } from './encoder-model.ts'
import { encoderTensors } from './encoder-tensors.ts'
import { readEncoder } from './read-encoder.ts'

/** the pooling: which states become the embedding of a text */
export type Pooling = 'mean' | 'cls'

export interface Encoder<Config = object> {
  readonly config: Config
  readonly model: EncoderModel
  /** the trained ones, by Hugging Face name; adapters by peft's */
  readonly weights: Weights
  /** all, in checkpoint order */
  readonly parameters: Parameters
  /** names of the weights that were made new */
  readonly fresh: readonly string[]
  /** [rows]: one logit for each text; with `int8` rounded as in int8, for training */
  score(batch: TokenBatch, options?: TensorOptions): tf.Tensor1D
  /** [rows, D]: the mean of a text's last states or the first of them, for sentence encoders */
  embed(batch: TokenBatch, pooling?: Pooling): tf.Tensor2D
  dispose(): void
}

/**
 * A new encoder, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration is not an encoder's, or a tensor of it is missing, of
 * another shape, or unknown; a missing head is made new
 */
export function createEncoder<Config extends { readonly model_type: string }>(
  config: Config,
  source: WeightSource,
  tuning?: Tuning,
): Encoder<Config> {
  const model = readEncoder(config, 'tensors' in source ? source.tensors : undefined)
  const found = 'tensors' in source ? encoderTensors(model, source.tensors) : undefined
  // a checkpoint without a ranking head gets a new one
  const { parameters, weights, hide, dispose } = makeParameters(
    model.weights,
    found ? { tensors: found.tensors, seed: source.seed ?? 1 } : source,
    tuning,
  )
  const limits = {
    vocab_size: model.vocabulary,
    // a network without token types uses one matrix for all
    type_vocab_size: model.tokenTypes ?? 2 ** 31,
    max_position_embeddings: model.positions,
  }
  const compute = <Result extends tf.Tensor>(
    batch: TokenBatch,
    network: (operations: ReturnType<typeof tensorOperations>) => Result,
    options?: TensorOptions,
  ) => {
    checkBatch(batch, limits)
    hide(batch.noise)
    return tf.tidy(() => network(tensorOperations(parameters, batch, options)))
  }
  return {
    config,
    model,
    weights,
    parameters,
    fresh: found?.missingHead ?? model.weights.map(({ name }) => name),
    score: (batch, options) => compute(batch, (o) => tf.reshape(model.score(o), [batch.rows]), options),
    embed: (batch, pooling = 'mean') =>
      compute(batch, (o) =>
        pooling === 'mean' ? o.meanToken(model.states(o)) : o.firstToken(model.states(o)),
      ),
    dispose,
  }
}
