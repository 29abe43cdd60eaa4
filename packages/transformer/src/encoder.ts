// A cross-encoder of any architecture on the list: a query and a document in, one number out.
import * as tf from '@tensorflow/tfjs'
import type { EncoderArchitecture } from './architecture.ts'
import { type EncoderConfig, encoders, findArchitecture } from './architectures.ts'
import { checkConfig } from './check-config.ts'
import { checkBatch, type TokenBatch } from './token-batch.ts'
import { makeWeights, type WeightSource, type Weights } from './weights.ts'

export interface Encoder {
  readonly config: EncoderConfig
  /** by Hugging Face name */
  readonly weights: Weights
  /** [rows]: one logit a text */
  score(batch: TokenBatch): tf.Tensor1D
  dispose(): void
}

/**
 * A new encoder, or one with the weights of a checkpoint. Needs an open backend.
 * @throws {InputError} when the configuration is of no architecture on the list, has a key that is not built, or its
 * sizes do not fit, or a tensor is missing or of another shape
 */
export function createEncoder(config: EncoderConfig, source: WeightSource): Encoder {
  const architecture: EncoderArchitecture<EncoderConfig> = findArchitecture(encoders, config)
  const checked = checkConfig(architecture, config)
  const weights = makeWeights(architecture.weights(checked), source)
  const { score } = architecture.forward(checked, weights)
  return {
    config,
    weights,
    score(batch) {
      checkBatch(batch, checked)
      return tf.tidy(() => score(batch))
    },
    dispose: () => {
      for (const weight of weights.values()) weight.dispose()
    },
  }
}
