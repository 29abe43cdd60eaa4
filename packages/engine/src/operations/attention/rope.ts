// Rotary position embedding (Su et al. 2021) in the layout of Hugging Face's LLaMA: feature i is paired with
// feature i + d/2, and the pair at position t is rotated by the angle t * f_i, usually with f_i =
// theta^(-2i/d).
import * as tf from '@tensorflow/tfjs'
import type { Frequencies } from '../fused-operations.ts'
import { fusedOperations } from '../fused-operations.ts'

const known = new Map<string, Frequencies>()

/** theta^(-2i/d), the same array each time. */
function frequencies(d: number, theta: number): Frequencies {
  const key = `${d} ${theta}`
  const made = known.get(key) ?? Array.from({ length: d / 2 }, (_, i) => theta ** ((-2 * i) / d))
  known.set(key, made)
  return made
}

/**
 * @param x [N, T, d], d even
 * @param theta rope_theta of the config (usually 10000), or the frequencies themselves
 */
export function rope(x: tf.Tensor3D, theta: number | Frequencies): tf.Tensor3D {
  const angles = checkedAngles(x, theta)
  const fused = fusedOperations().rope
  if (fused) return fused(x, angles)
  return turn(x, firstPositions(x.shape[1]), angles)
}

/**
 * `rope` of rows at given positions; for the few queries whose output is needed, and composed on every backend.
 * @param x [N, T, d], d even
 * @param positions [T]
 */
export function ropeAt(x: tf.Tensor3D, positions: Int32Array, theta: number | Frequencies): tf.Tensor3D {
  if (positions.length !== x.shape[1])
    throw new Error(`rope got ${positions.length} positions for ${x.shape[1]} rows`)
  return turn(x, positions, checkedAngles(x, theta))
}

function checkedAngles({ shape: [, , d] }: tf.Tensor3D, theta: number | Frequencies): Frequencies {
  if (d % 2 !== 0) throw new Error(`rope needs an even head size, got ${d}`)
  const angles = typeof theta === 'number' ? frequencies(d, theta) : theta
  if (angles.length !== d / 2) throw new Error(`rope got ${angles.length} frequencies for a head of ${d}`)
  return angles
}

function turn(x: tf.Tensor3D, positions: Int32Array, angles: Frequencies): tf.Tensor3D {
  return tf.tidy(() => {
    const { cos, sin } = tablesAt(positions, angles)
    const shape: [number, number] = [positions.length, angles.length]
    const [c, s] = [tf.tensor2d(cos, shape), tf.tensor2d(sin, shape)]
    const [a, b] = tf.split(x, 2, 2) as [tf.Tensor3D, tf.Tensor3D]
    return tf.concat(
      [tf.sub(tf.mul(a, c), tf.mul(b, s)), tf.add(tf.mul(b, c), tf.mul(a, s))],
      2,
    ) as tf.Tensor3D
  })
}

/** Cosines and sines of the angles of positions 0 .. T - 1, each [T, d / 2]. */
export const ropeTables = (T: number, angles: Frequencies) => tablesAt(firstPositions(T), angles)

const firstPositions = (T: number) => Int32Array.from({ length: T }, (_, t) => t)

function tablesAt(positions: Int32Array, angles: Frequencies): { cos: Float32Array; sin: Float32Array } {
  const half = angles.length
  const cos = new Float32Array(positions.length * half)
  const sin = new Float32Array(positions.length * half)
  for (const [t, position] of positions.entries()) {
    for (let i = 0; i < half; i++) {
      const angle = position * angles[i]!
      cos[t * half + i] = Math.cos(angle)
      sin[t * half + i] = Math.sin(angle)
    }
  }
  return { cos, sin }
}
