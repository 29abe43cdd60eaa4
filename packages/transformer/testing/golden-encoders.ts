// What the reference implementation computes for tiny encoders. make_encoders.py wrote the JSON files once; the weights are not
// stored, they follow from their names.
import { readdirSync, readFileSync } from 'node:fs'
import type { TensorData, Tensors } from '../src/safetensors.ts'

const folder = new URL('goldens/', import.meta.url)

export interface GoldenEncoder {
  readonly name: string
  /** who computed it, and in which version */
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

/** Tensors by name and shape, with the values that the reference was given. */
export const referenceTensors = (shapes: Readonly<Record<string, readonly number[]>>): Tensors =>
  new Map(
    Object.entries(shapes)
      // tables of places that some checkpoints carry
      .filter(([name]) => !/position_ids|token_type_ids|inv_freq/.test(name))
      .map(([name, shape]) => [name, referenceTensor(name, shape)]),
  )

/** Uniform values by FNV-1a of the name and murmur3's finaliser of the index, all in 32 bits. */
function referenceTensor(name: string, shape: readonly number[]): TensorData {
  let seed = 2166136261
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619) >>> 0
  const data = new Float32Array(shape.reduce((size, side) => size * side, 1))
  for (let i = 0; i < data.length; i++) {
    let h = (Math.imul(i, 0x9e3779b1) + seed) >>> 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0
    const u = ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1
    if (shape.length > 1) data[i] = (u * 3) / Math.sqrt(shape.at(-1)!)
    else data[i] = name.endsWith('weight') ? 1 + 0.3 * u : 0.2 * u
  }
  return { shape, data }
}
