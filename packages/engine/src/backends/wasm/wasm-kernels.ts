// The side module of ../kernels, running on the heap of TensorFlow.js. Every argument is a byte address or a plain number.
// kernels.wasm is compiled from them by packages/assembly.
import { readFileSync } from 'node:fs'
import type { WasmHeap } from './wasm-heap.ts'
import { webAssembly } from './web-assembly.ts'

type Kernel = (...numbers: number[]) => void

export interface WasmKernels {
  readonly gelu: Kernel
  readonly geluGradient: Kernel
  readonly swiglu: Kernel
  readonly swigluGradient: Kernel
  readonly attentionProbabilities: Kernel
  readonly attentionProbabilitiesGradient: Kernel
  /** number of rows that count, or -1 - r when the target of row r is not a class */
  readonly crossEntropy: (...numbers: number[]) => number
  readonly crossEntropyGradient: Kernel
  readonly logSumExp: Kernel
  readonly layerNorm: Kernel
  readonly layerNormGradient: Kernel
  readonly matmul: Kernel
  readonly adamw: Kernel
  readonly sumsOfSquares: Kernel
  readonly rmsNorm: Kernel
  readonly rmsNormGradient: Kernel
  readonly rope: Kernel
  readonly addBias: Kernel
  readonly addTensors: Kernel
  /** the index of the first id that is not in the table, or -1 */
  readonly gatherRows: (...numbers: number[]) => number
  readonly sumRows: Kernel
  readonly sumRowsById: Kernel
  readonly sumBags: Kernel
  readonly sumBagsById: Kernel
  readonly splitHeads: Kernel
  readonly mergeHeads: Kernel
}

export interface LoadedKernels {
  readonly kernels: WasmKernels
  /** bytes of the module, for threads that run it, too */
  readonly bytes: Uint8Array<ArrayBuffer>
}

export async function loadKernels(heap: WasmHeap): Promise<LoadedKernels> {
  const bytes = Uint8Array.from(readFileSync(new URL('../kernels.wasm', import.meta.url)))
  const { instance } = await webAssembly.instantiate(bytes, { env: { memory: heap.memory } })
  return { kernels: instance.exports as WasmKernels, bytes }
}
