// TensorFlow.js's wasm backend, and the fast one made from it: the same heap, under another name, with its
// matrix products, copies and the operations of the networks replaced. One process can use both.
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { registerFusedOperations } from '../../operations/fused-operations.ts'
import { ownProduct } from '../onnxruntime/matrix-product.ts'
import { onnxProduct } from '../onnxruntime/onnx-product.ts'
import { startKernelThreads } from '../threads/kernel-threads.ts'
import { threadedKernels } from '../threads/threaded-kernels.ts'
import { productOf, threadedProduct } from '../threads/threaded-product.ts'
import { askForHugePages } from './huge-pages.ts'
import { addMissingKernels, replaceAdd, replaceIdentity, replaceMatMul } from './replaced-kernels.ts'
import { withSharedMemory } from './shared-memory.ts'
import { wasmFusedOperations } from './wasm-fused-operations.ts'
import { WasmHeap } from './wasm-heap.ts'
import { type LoadedKernels, loadKernels } from './wasm-kernels.ts'

let stock: Promise<WasmHeap> | undefined
let kernels: Promise<LoadedKernels> | undefined

/** Makes the unmodified backend current; only missing kernels are added. */
export async function openStockWasm(): Promise<WasmHeap> {
  stock ??= startWasm()
  const heap = await stock
  await tf.setBackend('wasm')
  return heap
}

/**
 * Makes the fast backend current.
 * @param product 'onnxruntime' multiplies natively, 'own' by the side module
 * @param wanted number of threads that should work now; all by default
 * @throws Node's error when 'onnxruntime' does not load
 */
export async function openFastWasm(
  product: 'onnxruntime' | 'own',
  threads: number,
  wanted?: () => number,
): Promise<void> {
  const name = product === 'own' ? 'disranker-own' : `disranker-${wanted ? 'shared' : threads}`
  const heap = await openStockWasm()
  if (!tf.engine().registryFactory[name]) {
    askForHugePages(heap.memory)
    kernels ??= loadKernels(heap)
    const loaded = await kernels
    const single = product === 'own' ? ownProduct(heap, loaded.kernels) : onnxProduct(heap)
    const ours = {
      ...loaded.kernels,
      ...(product === 'onnxruntime' && { product: (...numbers: number[]) => single(...productOf(numbers)) }),
    }
    const pool = startKernelThreads(ours, loaded.bytes, heap.memory, threads, wanted)
    const threaded = threadedKernels(loaded.kernels, pool)
    const multiply = product === 'own' ? single : threadedProduct(single, pool, heap, threaded)
    tf.copyRegisteredKernels('wasm', name)
    replaceIdentity(name, heap)
    replaceMatMul(name, heap, multiply)
    replaceAdd(name, heap, threaded)
    registerFusedOperations(name, wasmFusedOperations(heap, threaded))
    tf.registerBackend(name, () => heap.backend, 0)
  }
  await tf.setBackend(name)
}

async function startWasm(): Promise<WasmHeap> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  setWasmPaths(folder + sep)
  await withoutNewListeners(() => withSharedMemory(() => tf.setBackend('wasm')))
  const heap = new WasmHeap(tf.backend() as BackendWasm)
  addMissingKernels('wasm', heap)
  return heap
}

/** Emscripten's start-up code listens for uncaught errors of the whole process only to throw them again. */
async function withoutNewListeners(start: () => Promise<unknown>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')))
  await start()
  for (const [i, event] of events.entries()) {
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before[i]!.has(listener)) process.off(event, listener)
  }
}
