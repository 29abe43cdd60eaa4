// Rotary positions by the side module, with the tables of angles kept on the heap between calls.
import type * as tf from '@tensorflow/tfjs'
import { ropeTables } from '../../operations/attention/rope.ts'
import { differentiable } from '../../operations/differentiable.ts'
import type { Frequencies, FusedOperations } from '../../operations/fused-operations.ts'
import type { WasmHeap } from './wasm-heap.ts'
import type { WasmKernels } from './wasm-kernels.ts'

interface Tables {
  readonly cos: number
  readonly sin: number
  readonly positions: number
}

export function ropeOperation(heap: WasmHeap, kernels: WasmKernels): FusedOperations['rope'] {
  const known = new Map<string, Tables>()
  const keys = new WeakMap<Frequencies, string>()

  /**
   * Networks of one kind share their tables: an array is identified by its values, which are serialised once.
   */
  function keyOf(angles: Frequencies): string {
    const key = keys.get(angles) ?? angles.join()
    keys.set(angles, key)
    return key
  }

  /** Tables of at least T positions: a position's angles do not depend on the number of positions. */
  function tables(T: number, angles: Frequencies): Tables {
    const key = keyOf(angles)
    const old = known.get(key)
    if (old && old.positions >= T) return old
    if (old) heap.free(old.cos)
    known.delete(key)
    const { cos, sin } = ropeTables(T, angles)
    const address = heap.allocate(2 * cos.byteLength)
    const made = { cos: address, sin: address + cos.byteLength, positions: T }
    heap.floats(made.cos, cos.length).set(cos)
    heap.floats(made.sin, sin.length).set(sin)
    known.set(key, made)
    return made
  }

  function turn(x: tf.Tensor, angles: Frequencies, direction: 1 | -1): tf.Tensor3D {
    const [n, T, d] = x.shape as [number, number, number]
    const { cos, sin } = tables(T, angles)
    const out = heap.tensor<tf.Tensor3D>(x.shape)
    kernels.rope(heap.address(x), cos, sin, heap.address(out), n, T, d / 2, direction)
    return out
  }

  return (x, angles) =>
    differentiable([x], () => ({ value: turn(x, angles, 1), gradFunc: (dy) => turn(dy, angles, -1) }))
}
