// The worker side of kernel-threads.ts: a thread that waits for a part of a kernel's work on the shared heap.
// It spins for a moment and then sleeps.
import { workerData } from 'node:worker_threads'
import { onnxProduct } from '../onnxruntime/onnx-product.ts'
import { webAssembly } from '../wasm/web-assembly.ts'
import { type KernelWorkerData, spinWhile } from './kernel-threads.ts'
import { productOf } from './threaded-product.ts'

const { bytes, memory, names, control, numbers } = workerData as KernelWorkerData
const { instance } = await webAssembly.instantiate(bytes, { env: { memory } })
const floats = (at: number, length: number) => new Float32Array(memory.buffer, at, length)
const multiply = names.includes('product') ? onnxProduct({ floats }) : undefined
const kernels = names.map((name) =>
  name === 'product'
    ? (...numbers: number[]) => multiply!(...productOf(numbers))
    : (instance.exports as Record<string, (...numbers: number[]) => unknown>)[name]!,
)

const [STATE, KERNEL, COUNT] = [0, 1, 2]
const [IDLE, JOB, FAILED] = [0, 1, 2]
Atomics.store(control, STATE, IDLE)
Atomics.notify(control, STATE)
for (;;) {
  spinWhile(control, STATE, IDLE)
  Atomics.wait(control, STATE, IDLE)
  if (Atomics.load(control, STATE) !== JOB) continue
  let end = IDLE
  try {
    kernels[control[KERNEL]!]!(...numbers.subarray(0, control[COUNT]!))
  } catch {
    end = FAILED
  }
  Atomics.store(control, STATE, end)
  Atomics.notify(control, STATE)
}
