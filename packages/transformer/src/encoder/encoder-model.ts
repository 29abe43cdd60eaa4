// What the folder of an architecture defines for its encoder, for one configuration.
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
  /** token types that the network tells apart; undefined when it reads none */
  readonly tokenTypes: number | undefined
  /** longest text in tokens */
  readonly positions: number
  readonly labels: 1 | 2
  /** which of two labels is "relevant": its logit minus the other's is the score */
  readonly relevant: 0 | 1
  /** what the names of the encoder's own tensors begin with; a checkpoint without a head may leave it out */
  readonly prefix: string
  /** the table whose rows are the vocabulary's */
  readonly wordTable: string
  /** all weights in checkpoint order; those of the head last */
  readonly weights: readonly WeightShape[]
  /** names of the head's weights */
  readonly head: readonly string[]
  /** tensors of checkpoints that ranking does not read */
  readonly ignored: RegExp
  /** the tokens around a pair, for a tokenizer.json that does not say */
  readonly template: PairTemplate
  /** [rows, 1]: one score a text */
  score<X>(operations: EncoderOperations<X>): X
  /** [N, D]: the last layer's output, for what is no score */
  states<X>(operations: EncoderOperations<X>): X
  /**
   * The network with some of its layers: what changes in config.json, and what a tensor is then called (undefined: gone).
   * @throws {InputError} when a layer cannot go
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
  /** type id of what stands behind `between`; 0 before */
  readonly secondType: 0 | 1
}
