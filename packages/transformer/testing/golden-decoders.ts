// Outputs of the reference implementation for tiny decoders. Each JSON file was written once, by Hugging Face
// transformers of the version in it: a model with this config in float32 with eager attention, every
// parameter set to `referenceTensors` of its name, run over its rows. The weights are not stored: they are
// functions of their names.
import { readdirSync, readFileSync } from 'node:fs'
import type { DecoderConfig } from '../src/architectures.ts'
import type { Tensors } from '../src/tensors/safetensors.ts'
import { referenceTensors } from './reference-tensors.ts'

export interface GoldenDecoder {
  readonly name: string
  /** the program and its version */
  readonly reference: string
  readonly config: DecoderConfig
  readonly tensors: Tensors
  /** token ids */
  readonly rows: readonly (readonly number[])[]
  /** of each row, at each position, for each token of the vocabulary */
  readonly logits: readonly (readonly (readonly number[])[])[]
}

/** All of them, in the order of their names. */
export function goldenDecoders(): GoldenDecoder[] {
  const folder = new URL('decoder-goldens/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => {
    const { shapes, ...golden } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    // a causal language model has no ranking head; any will do
    const tensors = referenceTensors({ ...shapes, 'score.weight': [1, golden.config.hidden_size] })
    return { ...golden, name: file.replace('.json', ''), tensors }
  })
}
