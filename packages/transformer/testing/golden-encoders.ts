// Outputs of the reference implementation for tiny encoders. Each JSON file was written once, by Hugging Face
// transformers of the version in it: a model with this config in float32, every parameter set to
// `referenceTensors` of its name, run over its pairs. The weights are not stored: they are functions of their
// names.
import { readdirSync, readFileSync } from 'node:fs'
import type { Tensors } from '../src/tensors/safetensors.ts'
import { referenceTensors } from './reference-tensors.ts'

const folder = new URL('goldens/', import.meta.url)

export interface GoldenEncoder {
  readonly name: string
  /** the program and its version */
  readonly reference: string
  readonly config: { readonly model_type: string; readonly [key: string]: unknown }
  readonly tensors: Tensors
  /** the text of tokenizer.json */
  readonly tokenizer: string
  readonly pairs: readonly (readonly [query: string, document: string])[]
  readonly rows: readonly { readonly ids: Int32Array; readonly typeIds: Int32Array }[]
  /** logits of each pair; for a model without a head the mean of its states */
  readonly outputs: readonly (readonly number[])[]
}

/** All of them, in the order of their names. */
export function goldenEncoders(): GoldenEncoder[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => {
    const { shapes, rows, tokenizer, ...golden } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    return {
      ...golden,
      name: file.replace('.json', ''),
      tensors: referenceTensors(shapes),
      tokenizer: JSON.stringify(tokenizer),
      rows: rows.map(({ ids, typeIds }: { ids: number[]; typeIds: number[] }) => ({
        ids: Int32Array.from(ids),
        typeIds: Int32Array.from(typeIds),
      })),
    }
  })
}
