// AdamW on the wasm heap: weight and moments are overwritten in place, unless a clone of them exists.
import * as tf from '@tensorflow/tfjs'
import type { FusedOperations } from '../../operations/fused-operations.ts'
import type { WasmHeap } from './wasm-heap.ts'
import type { WasmKernels } from './wasm-kernels.ts'

export function adamwInPlace(heap: WasmHeap, kernels: WasmKernels): FusedOperations['adamwStep'] {
  return (slot, gradient, numbers) => {
    const { learningRate, beta1, beta2, epsilon, weightDecay, step, gradientScale } = numbers
    const variables = [slot.weight, slot.mean, slot.square]
    for (const variable of variables) separate(heap, variable)
    const [weight, mean, square] = variables.map((variable) => heap.address(variable))
    kernels.adamw(
      ...[weight!, heap.address(gradient), mean!, square!, slot.weight.size, gradientScale],
      ...[beta1, 1 - beta1, beta2, 1 - beta2, 1 / (1 - beta2 ** step), epsilon],
      ...[1 - learningRate * weightDecay, learningRate / (1 - beta1 ** step)],
    )
  }
}

/** Gives a variable its own memory if a clone shares it: clones only count references. */
function separate(heap: WasmHeap, variable: tf.Variable): void {
  heap.address(variable) // moves it here first, if it is in another backend
  if (heap.backend.refCount(variable.dataId) === 1) return
  tf.tidy(() => {
    const copy = heap.tensor(variable.shape)
    heap.floats(heap.address(copy), copy.size).set(heap.floats(heap.address(variable), copy.size))
    variable.assign(copy)
  })
}
