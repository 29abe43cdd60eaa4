// The interface of an encoder that the folder of an architecture implements, for one configuration.
import type { EncoderOperations } from '../operations/encoder-operations.ts'
import type { WeightShape } from '../weights.ts'

export interface EncoderModel {
  /** `model_type` of config.json */
  readonly type: string
  /** the class in transformers that is this encoder with a ranking head */
  readonly className: string
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly vocabulary: number
  /** number of token types; undefined when it reads none */
  readonly tokenTypes: number | undefined
  /** longest text in tokens */
  readonly positions: number
  readonly labels: 1 | 2
  /** which of two labels is "relevant": its logit minus the other's is the score */
  readonly relevant: 0 | 1
  /** prefix of the encoder's own tensor names; a checkpoint without a head may omit it */
  readonly prefix: string
  /** the word embeddings */
  readonly wordTable: string
  /** all weights in checkpoint order; those of the head last */
  readonly weights: readonly WeightShape[]
  /** names of the head's weights */
  readonly head: readonly string[]
  /** tensors of checkpoints that ranking does not use */
  readonly ignored: RegExp
  /** the tokens around a pair, if the tokenizer.json has none */
  readonly template: PairTemplate
  /** [rows, 1]: one score a text */
  score<X>(operations: EncoderOperations<X>): X
  /** [N, D]: the last layer's output, for other uses than a score */
  states<X>(operations: EncoderOperations<X>): X
  /**
   * The network with some of its layers: the changed keys of config.json, and the new name of a tensor
   * (undefined: removed).
   * @throws {InputError} when a layer cannot be removed
   */
  keepLayers(kept: readonly number[]): {
    readonly config: Readonly<Record<string, unknown>>
    rename(tensor: string): string | undefined
  }
}

/** The tokens at the start of a pair, between query and document, and at the end. */
export interface PairTemplate {
  readonly start: readonly string[]
  readonly between: readonly string[]
  readonly end: readonly string[]
  /** type id of the tokens after `between`; 0 before */
  readonly secondType: 0 | 1
}
