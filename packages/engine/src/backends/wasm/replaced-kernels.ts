// Kernels that TensorFlow.js's wasm backend lacks, and replacements of slow ones.
import * as tf from '@tensorflow/tfjs'
import type { MatrixProduct } from '../onnxruntime/matrix-product.ts'
import type { WasmHeap } from './wasm-heap.ts'
import type { WasmKernels } from './wasm-kernels.ts'

type KernelFunction = tf.KernelConfig['kernelFunc']
type Arguments<Inputs, Attributes> = { inputs: Inputs; attrs: Attributes; backend: unknown }

/** A kernel under the type with which TensorFlow.js stores it. */
function kernel<Inputs, Attributes>(
  run: (given: Arguments<Inputs, Attributes>) => tf.TensorInfo,
): KernelFunction {
  return run as unknown as KernelFunction
}

function replaceKernel(backendName: string, kernelName: string, kernelFunc: KernelFunction): void {
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ kernelName, backendName, kernelFunc })
}

const size = tf.util.sizeFromShape

/** UnsortedSegmentSum, the gradient of gather, which the wasm backend lacks. */
export function addMissingKernels(backendName: string, heap: WasmHeap): void {
  type Inputs = { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
  const segmentSum = kernel<Inputs, { numSegments: number }>(({ inputs: { x, segmentIds }, attrs }) => {
    const rows = size(segmentIds.shape)
    const width = size(x.shape.slice(segmentIds.shape.length))
    const out = heap.info(
      [attrs.numSegments, ...x.shape.slice(segmentIds.shape.length)],
      x.dtype as 'float32',
    )
    const [from, ids, to] = [x, segmentIds, out].map((info) => heap.backend.typedArrayFromHeap(info))
    to!.fill(0)
    for (let row = 0; row < rows; row++) {
      const at = ids![row]! * width
      if (at < 0 || at >= to!.length) continue
      for (let i = 0; i < width; i++) to![at + i]! += from![row * width + i]!
    }
    return out
  })
  replaceKernel(backendName, 'UnsortedSegmentSum', segmentSum)
}

/** Identity by reference counting: TensorFlow.js copies, and clones each tensor that a gradient keeps. */
export function replaceIdentity(backendName: string, heap: WasmHeap): void {
  const identity = kernel<{ x: tf.TensorInfo }, object>(({ inputs: { x } }) => {
    heap.backend.incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
  })
  replaceKernel(backendName, 'Identity', identity)
}

/** Sums of two tensors of the same shape: in a residual block, and of gradients. */
export function replaceAdd(backendName: string, heap: WasmHeap, kernels: WasmKernels): void {
  const stock = tf.getKernel('Add', backendName).kernelFunc
  const add = kernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, object>((given) => {
    const { a, b } = given.inputs
    const plain = [a, b].every(({ dtype }) => dtype === 'float32') && a.shape.join() === b.shape.join()
    if (!plain) return stock(given as unknown as Parameters<KernelFunction>[0]) as tf.TensorInfo
    const out = heap.info([...a.shape])
    kernels.addTensors(heap.address(a), heap.address(b), heap.address(out), size(a.shape))
    return out
  })
  replaceKernel(backendName, 'Add', add)
}

/** Every matrix product, with any transposes, by `product`. */
export function replaceMatMul(backendName: string, heap: WasmHeap, product: MatrixProduct): void {
  type Inputs = { a: tf.TensorInfo; b: tf.TensorInfo }
  type Flags = { transposeA: boolean; transposeB: boolean }
  const stock = tf.getKernel('BatchMatMul', backendName).kernelFunc
  const matMul = kernel<Inputs, Flags>((given) => {
    const { a, b } = given.inputs
    const { transposeA, transposeB } = given.attrs
    const [leftA, leftB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
    const [batchA, batchB] = [size(leftA), size(leftB)]
    const [m, k] = lastTwo(a, transposeA)
    const [, n] = lastTwo(b, transposeB)
    const batch = Math.max(batchA, batchB)
    const plain = [a, b].every(({ dtype }) => dtype === 'float32') && batch * m * k * n > 0
    // the networks need no other broadcasts than one matrix against many
    if (!plain || (batchA !== batchB && batchA !== 1 && batchB !== 1))
      return stock(given as unknown as Parameters<KernelFunction>[0]) as tf.TensorInfo
    const left = tf.broadcast_util.assertAndGetBroadcastShape(leftA, leftB)
    const out = heap.info([...left, m, n])
    const shape = { batch, m, n, k, transposeA, transposeB, sharedA: batchA === 1, sharedB: batchB === 1 }
    product(heap.address(a), heap.address(b), heap.address(out), shape)
    return out
  })
  replaceKernel(backendName, 'BatchMatMul', matMul)
}

function lastTwo({ shape }: tf.TensorInfo, swapped: boolean): [rows: number, columns: number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!]
  return swapped ? [columns, rows] : [rows, columns]
}
