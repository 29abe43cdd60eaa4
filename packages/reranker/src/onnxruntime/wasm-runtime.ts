// onnxruntime's WebAssembly as functions: one instance, its memory, and C calls on it. onnxruntime-web's own
// layer keeps one instance forever, even after a trap; its `.mjs` factory can create several, and accepts a
// compiled module (workerd compiles none at run time). Everything except the start is synchronous. Models
// share an instance, because its memory never shrinks, until it fails.
import factory from './ort-factory.ts'
import type { OrtModule } from './ort-module.ts'

/** An error that onnxruntime reports with a code and a reason; any other exception is a trap. */
export class OrtError extends Error {
  override readonly name = 'OrtError'
}

export interface WasmRuntime {
  readonly ort: OrtModule
  /** the reason why the instance must not be used again: after a trap its memory may be corrupt */
  broken: unknown
  /** bytes of the instance's memory; it never shrinks, and is freed with the instance */
  heapBytes(): number
  /** The values that `call` writes to `count` 32-bit words. @throws {OrtError} `call` returns an error code */
  read(what: string, count: number, call: (...at: readonly number[]) => number): number[]
  /** `value`, a handle or an address. @throws {OrtError} it is 0 */
  made(what: string, value: number): number
  /** Bytes inside the instance's memory, valid during `use`. @throws {Error} the memory is full */
  withBytes<Result>(bytes: Uint8Array, use: (at: number) => Result): Result
}

const ERRORS_ONLY = 3

// an instance and not its promise, which would belong to the request that created it
let shared: { readonly module: WebAssembly.Module; readonly runtime: WasmRuntime } | undefined

/**
 * A working instance of a module, a new one if necessary.
 * @param module ort-wasm-simd-threaded.wasm, compiled
 */
export async function workingRuntime(module: WebAssembly.Module): Promise<WasmRuntime> {
  if (shared?.module !== module || shared.runtime.broken !== undefined)
    shared = { module, runtime: await startRuntime(module) }
  return shared.runtime
}

async function startRuntime(module: WebAssembly.Module): Promise<WasmRuntime> {
  let memory: WebAssembly.Memory | undefined
  const ort = await new Promise<OrtModule>((resolve, reject) => {
    // if no instance can be made, the factory would wait forever
    const instantiateWasm = (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) => {
      WebAssembly.instantiate(module, imports).then((instance) => {
        memory = memoryOf(imports, instance)
        done(instance, module)
      }, reject)
      return {}
    }
    factory({ numThreads: 1, instantiateWasm }).then(resolve, reject)
  })

  function fail(what: string): never {
    const stack = ort.stackSave()
    try {
      const at = ort.stackAlloc(8)
      ort._OrtGetLastError(at, at + 4)
      const message = ort.getValue(at + 4, '*')
      const reason = message === 0 ? 'no reason given' : ort.UTF8ToString(message)
      // a full memory stays full, because it never shrinks
      throw new (/alloc/i.test(reason) ? Error : OrtError)(`${what}: ${reason}`)
    } finally {
      ort.stackRestore(stack)
    }
  }

  const runtime: WasmRuntime = {
    ort,
    broken: undefined,
    heapBytes: () => memory?.buffer.byteLength ?? 0,
    read(what, count, call) {
      const stack = ort.stackSave()
      try {
        const at = ort.stackAlloc(4 * count)
        const places = Array.from({ length: count }, (_, index) => at + 4 * index)
        if (call(...places) !== 0) fail(what)
        return places.map((place) => ort.getValue(place, '*'))
      } finally {
        ort.stackRestore(stack)
      }
    },
    made: (what, value) => (value === 0 ? fail(what) : value),
    withBytes(bytes, use) {
      const at = ort._malloc(bytes.byteLength)
      if (at === 0) throw new Error(`no room for ${bytes.byteLength} bytes`)
      try {
        ort.HEAPU8.set(bytes, at)
        return use(at)
      } finally {
        ort._free(at)
      }
    },
  }
  runtime.read('onnxruntime did not start', 1, () => ort._OrtInit(1, ERRORS_ONLY))
  return runtime
}

function memoryOf(
  imports: WebAssembly.Imports,
  { exports }: WebAssembly.Instance,
): WebAssembly.Memory | undefined {
  const values = [
    ...Object.values(imports).flatMap((group) => Object.values(group)),
    ...Object.values(exports),
  ]
  return values.find((value): value is WebAssembly.Memory => value instanceof WebAssembly.Memory)
}
