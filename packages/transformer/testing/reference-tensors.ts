// Weights as functions of their names: the same in TypeScript and in the programs that ran the reference
// implementation.
import type { TensorData, Tensors } from '../src/tensors/safetensors.ts'

/** Tensors by name and shape, with the values that the reference had. */
export const referenceTensors = (shapes: Readonly<Record<string, readonly number[]>>): Tensors =>
  new Map(
    Object.entries(shapes)
      // position tables in some checkpoints
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
