// Checks before a training of a decoder that its minimal memory is available. Otherwise the backend would
// fail to allocate a tensor hours later.
import { type MemoryLimit, memoryLimit } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { DecoderArchitecture } from '../architecture.ts'
import {
  type CheckedDecoderConfig,
  type DecoderConfig,
  decoders,
  findArchitecture,
} from '../architectures.ts'
import { checkConfig } from '../check-config.ts'
import { isTarget } from '../lora/lora.ts'
import type { DecoderOptions } from './decoder.ts'

export interface TrainingSize extends DecoderOptions {
  /** texts in a step */
  readonly rows: number
  /** tokens in a text */
  readonly columns: number
}

/** bytes of logits and their gradient, which are made in chunks */
const LOGITS = 2 ** 28

/**
 * Minimal bytes in the backend: a trained weight four times (value, gradient, two moments), the activations
 * that each layer from the lowest trained one on keeps for the backward pass, one frozen matrix at a time,
 * and a chunk of logits.
 */
export function trainingBytes(
  config: DecoderConfig,
  { trains = () => true, lora, recompute, rows, columns }: TrainingSize,
): number {
  const architecture: DecoderArchitecture<CheckedDecoderConfig> = findArchitecture(decoders, config)
  const checked = checkConfig(architecture, config)
  let [trained, largestFrozen, lowest] = [0, 0, checked.num_hidden_layers]
  for (const shape of architecture.weights(checked)) {
    const size = shape.shape.reduce((product, side) => product * side, 1)
    const adapted = lora !== undefined && isTarget(shape, lora)
    if (adapted || !trains(shape.name)) {
      // the word embeddings are read row by row
      if (!shape.name.includes('embed')) largestFrozen = Math.max(largestFrozen, size)
      if (!adapted) continue
      trained += lora.rank * (shape.shape[0]! + shape.shape[1]!)
    } else trained += size
    const [, layer] = /layers\.(\d+)\./.exec(shape.name) ?? []
    if (layer !== undefined) lowest = Math.min(lowest, Number(layer))
    else if (shape.name.includes('embed')) lowest = 0
  }
  const { hidden_size: D, intermediate_size: I, num_attention_heads: heads } = checked
  const layers = checked.num_hidden_layers - lowest
  // inputs of the dense layers and norms, queries, keys, values, gates, attention
  const ofLayer = rows * columns * (9 * D + 4 * I + heads * columns)
  const kept = recompute ? layers * rows * columns * D + Math.min(1, layers) * ofLayer : layers * ofLayer
  return 4 * (4 * trained + kept + largestFrozen) + LOGITS
}

/** @throws {InputError} with the figure, when training does not fit into the backend */
export function checkRoom(
  config: DecoderConfig,
  size: TrainingSize,
  limit: MemoryLimit = memoryLimit(),
): void {
  const bytes = trainingBytes(config, size)
  if (bytes <= limit.bytes) return
  const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
  throw new InputError(
    `Training takes at least ${gigabytes(bytes)} GB (${size.rows} texts of ${size.columns} tokens a step); ${limit.of} ends at ${gigabytes(limit.bytes)}. Train less of it (\`trains\` in the recipe: adapters, fewer layers, \`recompute\`), take fewer or shorter texts a step with \`accumulate\`, or another backend.`,
  )
}
