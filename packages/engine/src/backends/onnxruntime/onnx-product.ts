// Matrix products by onnxruntime's native library, synchronous and without copies: inputs and output are in
// the wasm heap.

import type { WasmHeap } from '../wasm/wasm-heap.ts'
import type { MatrixProduct } from './matrix-product.ts'
import { openOnnxruntime, type Session } from './onnxruntime-library.ts'
import { productModel } from './product-model.ts'

/**
 * It computes on the calling thread, or on several threads of onnxruntime; threaded-product.ts decides when.
 * @throws the system's error when the native library does not load on this machine
 */
export function onnxProduct(heap: Pick<WasmHeap, 'floats'>): MatrixProduct {
  const library = openOnnxruntime()
  const sessions = new Map<string, Session>()

  function session(transposeA: boolean, transposeB: boolean, threads = 1): Session {
    const key = `${transposeA} ${transposeB} ${threads}`
    const known = sessions.get(key)
    if (known) return known
    const created = library.openSession(productModel(transposeA, transposeB), ['A', 'B'], 'C', threads)
    sessions.set(key, created)
    return created
  }

  session(false, true) // so that a failure to load appears at once
  return (a, b, c, { batch, m, n, k, transposeA, transposeB, sharedA, sharedB }, threads) => {
    const [ofA, ofB] = [sharedA ? 1 : batch, sharedB ? 1 : batch]
    session(
      transposeA,
      transposeB,
      threads,
    )(
      [
        { data: heap.floats(a, ofA * m * k), shape: transposeA ? [ofA, k, m] : [ofA, m, k] },
        { data: heap.floats(b, ofB * k * n), shape: transposeB ? [ofB, n, k] : [ofB, k, n] },
      ],
      { data: heap.floats(c, batch * m * n), shape: [batch, m, n] },
    )
  }
}
