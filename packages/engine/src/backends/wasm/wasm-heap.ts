// The heap of the TensorFlow.js wasm backend for our own kernels: the address of a tensor, memory for a new
// one, and views for native code. A view is valid until the next allocation, which may move the whole heap:
// allocate outputs first.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { WasmMemory } from './web-assembly.ts'

type Emscripten = { _malloc(bytes: number): number; _free(at: number): void; asm: { memory: WasmMemory } }

export class WasmHeap {
  readonly backend: BackendWasm
  readonly memory: WasmMemory
  readonly #module: Emscripten
  #scratch = { at: 0, floats: 0 }

  constructor(backend: BackendWasm) {
    this.backend = backend
    this.#module = backend.wasm as unknown as Emscripten
    this.memory = this.#module.asm.memory
    guardAllocations(this.#module, this.memory)
  }

  /** Byte address of a tensor's values; a tensor of another backend is moved here. */
  address({ dataId }: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset >>> 0
  }

  /** Memory for a tensor, with undefined values. */
  info(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype)
  }

  /** Like `info`, as a tensor for use inside a custom gradient. */
  tensor<T extends tf.Tensor>(shape: number[]): T {
    return tf.engine().makeTensorFromTensorInfo(this.info(shape)) as T
  }

  floats(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, address, length)
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length)
  }

  /** Memory that is no tensor; it is never freed automatically. */
  allocate(bytes: number): number {
    return this.#module._malloc(bytes) >>> 0
  }

  free(address: number): void {
    this.#module._free(address)
  }

  /** One block for the working space of a kernel; the next call overwrites it. */
  scratch(floats: number): number {
    if (floats > this.#scratch.floats) {
      if (this.#scratch.at) this.free(this.#scratch.at)
      this.#scratch = { at: 0, floats: 0 }
      this.#scratch = { at: this.allocate(4 * floats), floats }
    }
    return this.#scratch.at
  }

  /** Integers for a kernel to read, in `scratch`. */
  scratchOf(integers: Int32Array): number {
    const at = this.scratch(integers.length)
    new Int32Array(this.memory.buffer, at, integers.length).set(integers)
    return at
  }
}

/** The heap ends at 4 GB; malloc then returns 0, and TensorFlow.js would write there. */
function guardAllocations(module: Emscripten, memory: WasmMemory): void {
  module._free(module._malloc(8)) // the first call replaces a lazy function by the real one
  const malloc = module._malloc
  module._malloc = (bytes) => {
    const at = bytes < 2 ** 32 ? malloc(bytes) : 0 // malloc uses the low 32 bits
    if (at === 0 && bytes > 0)
      throw new InputError(
        `The wasm heap has no room for ${megabytes(bytes)} MB more: it holds ${megabytes(memory.buffer.byteLength)} MB and ends at 4096. Use a smaller batch, or gradient accumulation.`,
      )
    return at
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
