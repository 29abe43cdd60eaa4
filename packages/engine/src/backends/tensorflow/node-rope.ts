// Rotary positions by TensorFlow's operators: x cos + (x, its halves swapped) (-sin, sin), four passes.
import type * as tf from '@tensorflow/tfjs'
import { ropeTables } from '../../operations/attention/rope.ts'
import { differentiable } from '../../operations/differentiable.ts'
import type { Frequencies, FusedOperations } from '../../operations/fused-operations.ts'
import type { TensorflowOperators } from './tensorflow-operators.ts'

export function nodeRope(o: TensorflowOperators): FusedOperations['rope'] {
  const keys = new WeakMap<Frequencies, string>()

  /**
   * Networks of one kind share their tables: an array is identified by its values, which are serialised once.
   */
  function keyOf(angles: Frequencies): string {
    const key = keys.get(angles) ?? angles.join()
    keys.set(angles, key)
    return key
  }

  /** The factors of each feature, and of its partner: [T, d] each. */
  function tables(T: number, angles: Frequencies, direction: 1 | -1) {
    const half = angles.length
    const spread = (of: 'cos' | 'sin', first: number, second: number): [Float32Array, number[]] => {
      const table = ropeTables(T, angles)[of]
      const both = new Float32Array(2 * T * half)
      for (let t = 0; t < T; t++)
        for (let i = 0; i < half; i++) {
          both[2 * t * half + i] = first * table[t * half + i]!
          both[(2 * t + 1) * half + i] = second * table[t * half + i]!
        }
      return [both, [T, 2 * half]]
    }
    const key = `${T} ${keyOf(angles)}`
    return {
      own: o.constant(`cos ${key}`, () => spread('cos', 1, 1)),
      partner: o.constant(`sin ${direction} ${key}`, () => spread('sin', -direction, direction)),
    }
  }

  function turn(x: tf.Tensor, angles: Frequencies, direction: 1 | -1): tf.Tensor3D {
    const { own, partner } = tables(x.shape[1]!, angles, direction)
    const swapped = o.roll(x, o.integers(angles.length), o.integers(2))
    return o.add(o.multiply(x, own), o.multiply(swapped, partner)) as tf.Tensor3D
  }

  return (x, angles) =>
    differentiable([x], () => ({ value: turn(x, angles, 1), gradFunc: (dy) => turn(dy, angles, -1) }))
}
