// Matrix products by onnxruntime-node, synchronous and without a copy: inputs and output are views of the wasm heap. The
// public interface is asynchronous, so this talks to the native binding beneath it (onnxruntime-node is pinned for that).
import { createRequire } from 'node:module'
import type { Tensor, TensorConstructor } from 'onnxruntime-common'
import type { MatrixProduct } from './matrix-product.ts'
import { productModel } from './product-model.ts'
import type { WasmHeap } from './wasm-heap.ts'

interface NativeSession {
  loadModel(bytes: ArrayBuffer, offset: number, length: number, options: object): void
  run(feeds: Record<string, Tensor>, fetches: Record<string, Tensor>, options: object): unknown
}

interface Native {
  readonly binding: { readonly InferenceSession: new () => NativeSession }
  initOrt(): void
}

/**
 * @param threads of one product; each of the (at most four) sessions keeps as many, asleep between products
 * @throws what Node says when the native library does not load on this machine
 */
export function onnxProduct(heap: WasmHeap, threads: number): MatrixProduct {
  const require = createRequire(import.meta.url)
  const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as Native
  const { Tensor } = require('onnxruntime-common') as { Tensor: TensorConstructor }
  initOrt()
  const sessions = new Map<string, NativeSession>()

  function session(transposeA: boolean, transposeB: boolean): NativeSession {
    const key = `${transposeA} ${transposeB}`
    const known = sessions.get(key)
    if (known) return known
    const created = new binding.InferenceSession()
    const { buffer } = productModel(transposeA, transposeB)
    created.loadModel(buffer, 0, buffer.byteLength, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'disabled',
      enableCpuMemArena: false,
      enableMemPattern: false,
      // between products this thread works and the others would only burn its cores
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
    sessions.set(key, created)
    return created
  }

  session(false, true) // so that a machine where it does not load is known at once
  return (a, b, c, { batch, m, n, k, transposeA, transposeB, sharedA, sharedB }) => {
    const [ofA, ofB] = [sharedA ? 1 : batch, sharedB ? 1 : batch]
    const shapeA = transposeA ? [ofA, k, m] : [ofA, m, k]
    const shapeB = transposeB ? [ofB, n, k] : [ofB, k, n]
    session(transposeA, transposeB).run(
      {
        A: new Tensor('float32', heap.floats(a, ofA * m * k), shapeA),
        B: new Tensor('float32', heap.floats(b, ofB * k * n), shapeB),
      },
      { C: new Tensor('float32', heap.floats(c, batch * m * n), [batch, m, n]) },
      {},
    )
  }
}
