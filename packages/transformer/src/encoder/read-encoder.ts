// Opens the encoder of a config.json: training, ONNX and import call this, and name no architecture.
import { InputError } from '@disranker/stage'
import type { EncoderArchitecture } from '../architecture.ts'
import { type EncoderConfig, encoders, findArchitecture } from '../architectures.ts'
import { checkConfig } from '../check-config.ts'
import type { Tensors } from '../tensors/safetensors.ts'
import type { EncoderModel } from './encoder-model.ts'
import { type LabelConfig, relevantLabel } from './relevant-label.ts'
/**
 * The encoder of a config.json.
 * @param tensors of the checkpoint, which show the number of labels when the configuration does not
 * @throws {InputError} when the architecture or a key is not supported, or the labels are not those of a
 * ranker
 */
export function readEncoder(config: { readonly model_type?: unknown }, tensors?: Tensors): EncoderModel {
  const architecture: EncoderArchitecture<EncoderConfig> = findArchitecture(encoders, config)
  const checked = checkConfig(architecture, config as Readonly<Record<string, unknown>>)
  const model = architecture.describe(checked, 1)
  const { num_labels, id2label } = config as { num_labels?: number; id2label?: Record<string, string> }
  const stored = tensors?.get(model.head.at(-1)!)?.shape[0]
  const labels = stored ?? num_labels ?? (id2label ? Object.keys(id2label).length : 1)
  if (labels === 1 || labels === 2) {
    // a missing head is made new, with any labels in the configuration
    const fresh = tensors !== undefined && stored === undefined
    const relevant = fresh ? 1 : relevantLabel(config as LabelConfig, labels)
    return labels === 1 ? model : architecture.describe(checked, 2, relevant)
  }
  throw new InputError(
    `The model tells ${labels} labels apart${id2label ? ` (${Object.values(id2label).join(', ')})` : ''}. A ranking head has one, or two of which one is "relevant": take a cross-encoder for ranking.`,
  )
}
