// An encoder as its folder describes it, for one configuration. Everything else (training, ONNX, import) asks here and knows
// no architecture by name.
import { InputError } from '@disranker/stage'
import type { EncoderArchitecture } from './architecture.ts'
import { type EncoderConfig, encoders, findArchitecture } from './architectures.ts'
import { checkConfig } from './check-config.ts'
import type { EncoderOperations } from './encoder-operations.ts'
import { type LabelConfig, relevantLabel } from './relevant-label.ts'
import type { Tensors } from './safetensors.ts'
import type { WeightShape } from './weights.ts'

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

/**
 * The encoder that a config.json describes.
 * @param tensors of the checkpoint, which tell how many labels there are when the configuration does not
 * @throws {InputError} when there is no such architecture, a key is not understood, or the labels are not those of a ranker
 */
export function readEncoder(config: { readonly model_type?: unknown }, tensors?: Tensors): EncoderModel {
  const architecture: EncoderArchitecture<EncoderConfig> = findArchitecture(encoders, config)
  const checked = checkConfig(architecture, config as Readonly<Record<string, unknown>>)
  const model = architecture.describe(checked, 1)
  const { num_labels, id2label } = config as { num_labels?: number; id2label?: Record<string, string> }
  const stored = tensors?.get(model.head.at(-1)!)?.shape[0]
  const labels = stored ?? num_labels ?? (id2label ? Object.keys(id2label).length : 1)
  if (labels === 1 || labels === 2) {
    // a head that is not stored is made new, whatever the configuration calls its labels
    const fresh = tensors !== undefined && stored === undefined
    const relevant = fresh ? 1 : relevantLabel(config as LabelConfig, labels)
    return labels === 1 ? model : architecture.describe(checked, 2, relevant)
  }
  throw new InputError(
    `The model tells ${labels} labels apart${id2label ? ` (${Object.values(id2label).join(', ')})` : ''}. A ranking head has one, or two of which one is "relevant": take a cross-encoder for ranking.`,
  )
}
