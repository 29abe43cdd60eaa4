// Rotary position embedding (Su et al. 2021) in the layout of Hugging Face's LLaMA: feature i is paired with feature
// i + d/2, and the pair at place t turns by the angle t * theta^(-2i/d).
import * as tf from '@tensorflow/tfjs'
import { fusedOperations } from './fused-operations.ts'

/**
 * @param x [N, T, d], d even
 * @param theta rope_theta of the config, 10000 as a rule
 */
export function rope(x: tf.Tensor3D, theta: number): tf.Tensor3D {
  const [, T, d] = x.shape
  if (d % 2 !== 0) throw new Error(`rope needs an even head size, got ${d}`)
  const fused = fusedOperations()
  if (fused) return fused.rope(x, theta)
  return tf.tidy(() => {
    const { cos, sin } = ropeTables(T, d, theta)
    const [c, s] = [tf.tensor2d(cos, [T, d / 2]), tf.tensor2d(sin, [T, d / 2])]
    const [a, b] = tf.split(x, 2, 2) as [tf.Tensor3D, tf.Tensor3D]
    return tf.concat(
      [tf.sub(tf.mul(a, c), tf.mul(b, s)), tf.add(tf.mul(b, c), tf.mul(a, s))],
      2,
    ) as tf.Tensor3D
  })
}

/** Cosines and sines of the angles, each [T, d / 2]. */
export function ropeTables(T: number, d: number, theta: number): { cos: Float32Array; sin: Float32Array } {
  const half = d / 2
  const cos = new Float32Array(T * half)
  const sin = new Float32Array(T * half)
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < half; i++) {
      const angle = t * theta ** ((-2 * i) / d)
      cos[t * half + i] = Math.cos(angle)
      sin[t * half + i] = Math.sin(angle)
    }
  }
  return { cos, sin }
}
