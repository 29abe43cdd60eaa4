// A cross-encoder of any architecture on the list: a query and a document in, one number out.
import * as tf from '@tensorflow/tfjs'
import { type EncoderModel, readEncoder } from './encoder-model.ts'
import { encoderTensors } from './encoder-tensors.ts'
import { type TensorOptions, tensorOperations } from './tensor-operations.ts'
import { checkBatch, type TokenBatch } from './token-batch.ts'
import { makeWeights, type WeightSource, type Weights } from './weights.ts'

/** which states stand for a whole text */
export type Pooling = 'mean' | 'cls'

export interface Encoder<Config = object> {
  readonly config: Config
  readonly model: EncoderModel
  /** by Hugging Face name */
  readonly weights: Weights
  /** names of the weights that were made new */
  readonly fresh: readonly string[]
  /** [rows]: one logit a text; with `int8` as that precision would round it, to learn with */
  score(batch: TokenBatch, options?: TensorOptions): tf.Tensor1D
  /** [rows, D]: the mean of a text's last states or the first of them, for models of sentences */
  embed(batch: TokenBatch, pooling?: Pooling): tf.Tensor2D
  dispose(): void
}

/**
 * A new encoder, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration is not that of an encoder, or a tensor of it is missing, of another shape, or
 * one that nothing reads; a head that is missing is made new
 */
export function createEncoder<Config extends { readonly model_type: string }>(
  config: Config,
  source: WeightSource,
): Encoder<Config> {
  const model = readEncoder(config, 'tensors' in source ? source.tensors : undefined)
  const found = 'tensors' in source ? encoderTensors(model, source.tensors) : undefined
  // a checkpoint without a ranking head gets a new one
  const weights = makeWeights(
    model.weights,
    found ? { tensors: found.tensors, seed: source.seed ?? 1 } : source,
  )
  const limits = {
    vocab_size: model.vocabulary,
    // a network that reads no types has them all
    type_vocab_size: model.tokenTypes ?? 2 ** 31,
    max_position_embeddings: model.positions,
  }
  const compute = <Result extends tf.Tensor>(
    batch: TokenBatch,
    network: (operations: ReturnType<typeof tensorOperations>) => Result,
    options?: TensorOptions,
  ) => {
    checkBatch(batch, limits)
    return tf.tidy(() => network(tensorOperations(weights, batch, options)))
  }
  return {
    config,
    model,
    weights,
    fresh: found?.missingHead ?? model.weights.map(({ name }) => name),
    score: (batch, options) => compute(batch, (o) => tf.reshape(model.score(o), [batch.rows]), options),
    embed: (batch, pooling = 'mean') =>
      compute(batch, (o) =>
        pooling === 'mean' ? o.meanToken(model.states(o)) : o.firstToken(model.states(o)),
      ),
    dispose: () => {
      for (const weight of weights.values()) weight.dispose()
    },
  }
}
