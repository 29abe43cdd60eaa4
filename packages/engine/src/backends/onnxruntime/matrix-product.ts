// The interface of the two implementations of matrix products on the wasm heap: a native library, or the side
// module.
import type { WasmHeap } from '../wasm/wasm-heap.ts'
import type { WasmKernels } from '../wasm/wasm-kernels.ts'

/**
 * c [batch, m, n] = a [batch or 1, m, k] times b [batch or 1, k, n]; a transpose flag swaps the last two axes
 */
export interface ProductShape {
  readonly batch: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** one matrix a (or b) for the whole batch */
  readonly sharedA: boolean
  readonly sharedB: boolean
}

/** Addresses on the heap; c is allocated and overwritten. A library may use `threads` threads, by default 1. */
export type MatrixProduct = (a: number, b: number, c: number, shape: ProductShape, threads?: number) => void

/** By the SIMD kernel of the side module: one thread, a third to a fifth of the speed of a native library. */
export function ownProduct(heap: WasmHeap, kernels: WasmKernels): MatrixProduct {
  return (a, b, c, { batch, m, n, k, transposeA, transposeB, sharedA, sharedB }) => {
    const scratch = heap.scratch(k * (8 * Math.ceil(n / 8) + 6))
    const [rowA, columnA] = transposeA ? [1, m] : [k, 1]
    const [rowB, columnB] = transposeB ? [1, k] : [n, 1]
    const [stepA, stepB] = [sharedA ? 0 : 4 * m * k, sharedB ? 0 : 4 * k * n]
    for (let z = 0; z < batch; z++)
      kernels.matmul(
        a + z * stepA,
        b + z * stepB,
        c + z * 4 * m * n,
        scratch,
        m,
        n,
        k,
        rowA,
        columnA,
        rowB,
        columnB,
      )
  }
}
