// The interface of an architecture. Each has a folder in architectures/ that defines all of it: how its config.json is
// checked, its weights by name and shape, its forward pass, the tokens around a text. To add one, write its
// folder and name it in architectures.ts; no other code names it.
import type * as tf from '@tensorflow/tfjs'
import type { z } from 'zod'
import type { EncoderModel } from './encoder/encoder-model.ts'
import type { TokenBatch } from './token-batch.ts'
import type { Parameters, WeightShape } from './weights.ts'

export interface Architecture<Config> {
  /** the value of `model_type` in its config.json */
  readonly modelType: string
  /**
   * Every key of config.json that the forward pass reads, and those that must have the one supported value. A
   * key that is neither here nor in `harmless` is refused.
   */
  readonly config: z.ZodType<Config>
  /**
   * keys of config.json that do not affect the computation, in addition to the common ones (check-config.ts)
   */
  readonly harmless: readonly string[]
  /** the weights in checkpoint order, including the ranking head */
  weights(config: Config): readonly WeightShape[]
}

/** A causal language model: reads left to right, and ranks by the hidden state of the last token. */
export interface DecoderArchitecture<Config> extends Architecture<Config> {
  /** the class in transformers that is this decoder with a ranking head */
  readonly className: string
  /**
   * The token after a text, whose hidden state is the input of ranking: the first of these that the tokenizer
   * has, or the one that eos_token_id of config.json names
   */
  readonly lastToken: readonly string[]
  forward(config: Config, weights: Parameters, options?: ForwardOptions): DecoderForward
}

export interface ForwardOptions {
  /** a layer keeps only its input for the backward pass */
  readonly recompute?: boolean | undefined
}

export interface DecoderForward {
  /**
   * The normalised hidden states of the given positions: the input of the vocabulary's head and the ranking head.
   * @param positions numbers of tokens in the batch
   * @returns [positions, D]
   */
  hidden(batch: TokenBatch, positions: Int32Array): tf.Tensor2D
  /** name of the weight [V, D] that maps hidden states to logits */
  readonly output: string
}

/** A cross-encoder: attention in both directions over a pair. */
export interface EncoderArchitecture<Config> extends Architecture<Config> {
  /**
   * @param labels of the ranking head
   * @param relevant which of two labels means "relevant"; the second by default
   */
  describe(config: Config, labels: 1 | 2, relevant?: 0 | 1): EncoderModel
}
