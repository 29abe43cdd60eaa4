// What training a decoder takes at least, said before anything starts: hours later the backend would only say that there is
// no room for some tensor.
import { type MemoryLimit, memoryLimit } from '@disranker/engine'
import { InputError } from '@disranker/stage'
import type { DecoderArchitecture } from './architecture.ts'
import { type CheckedDecoderConfig, type DecoderConfig, decoders, findArchitecture } from './architectures.ts'
import { checkConfig } from './check-config.ts'

export interface TrainingSize {
  readonly trains: (name: string) => boolean
  /** texts a step */
  readonly rows: number
  /** tokens of a text */
  readonly columns: number
}

/** bytes of logits and their gradient, which are made in chunks */
const LOGITS = 2 ** 28

/**
 * Least bytes that the backend holds: a weight that trains four times (value, gradient, two moments), what a layer keeps of
 * each token for the way back, one frozen matrix at a time, and a chunk of logits.
 */
export function trainingBytes(config: DecoderConfig, { trains, rows, columns }: TrainingSize): number {
  const architecture: DecoderArchitecture<CheckedDecoderConfig> = findArchitecture(decoders, config)
  const checked = checkConfig(architecture, config)
  let [trained, largestFrozen] = [0, 0]
  const layers = new Set<string>()
  for (const { name, shape } of architecture.weights(checked)) {
    const size = shape.reduce((product, side) => product * side, 1)
    if (!trains(name)) {
      // the table of words gives single rows
      if (!name.includes('embed')) largestFrozen = Math.max(largestFrozen, size)
      continue
    }
    trained += size
    const [layer] = /layers\.\d+\./.exec(name) ?? []
    if (layer !== undefined) layers.add(layer)
  }
  const { hidden_size: D, intermediate_size: I, num_attention_heads: heads } = checked
  // inputs of the dense layers and norms, queries, keys, values, gates, attention
  const kept = layers.size * rows * columns * (9 * D + 4 * I + heads * columns)
  return 4 * (4 * trained + kept + largestFrozen) + LOGITS
}

/** @throws {InputError} with the figure, when training does not fit the backend in use */
export function checkRoom(
  config: DecoderConfig,
  size: TrainingSize,
  limit: MemoryLimit = memoryLimit(),
): void {
  const bytes = trainingBytes(config, size)
  if (bytes <= limit.bytes) return
  const gigabytes = (bytes: number) => (bytes / 2 ** 30).toFixed(1)
  throw new InputError(
    `Training takes at least ${gigabytes(bytes)} GB (${size.rows} texts of ${size.columns} tokens a step); ${limit.of} ends at ${gigabytes(limit.bytes)}. Train less of it (\`trains\` in the recipe), take fewer or shorter texts a step with \`accumulate\`, or another backend.`,
  )
}
