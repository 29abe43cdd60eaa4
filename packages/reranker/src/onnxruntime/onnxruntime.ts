// onnxruntime-web as a session. It computes synchronously, so a batch is complete when `run` returns, and a request that ends
// meanwhile cannot leave it incomplete.

import { RerankerError } from '../reranker-error.ts'
import { type Batch, padBatch } from '../session/padded-batch.ts'
import type { Session } from '../session/session.ts'
import { OrtError, type WasmRuntime, workingRuntime } from './wasm-runtime.ts'

const INT64 = 7
const ON_CPU = 1
const ALL_OPTIMIZATIONS = 99
const ERRORS_ONLY = 3
const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'] as const
const OUTPUT = 'logits'

/**
 * Loads a model into a working instance of the runtime.
 * @param module onnxruntime-web's ort-wasm-simd-threaded.wasm, compiled
 * @param data the weights, which the model names model.onnx.data; both are not kept
 * @throws {RerankerError} code runtime
 */
export async function createOnnxSession(
  module: WebAssembly.Module,
  model: Uint8Array,
  data: Uint8Array,
): Promise<Session> {
  let runtime: WasmRuntime | undefined
  try {
    runtime = await workingRuntime(module)
    return sessionOf(runtime, open(runtime, model, data))
  } catch (cause) {
    if (runtime !== undefined && !(cause instanceof OrtError)) runtime.broken = cause
    throw failure(
      'onnxruntime could not load the model',
      'Make the bundle again with `npx turbo run quantize`.',
      cause,
    )
  }
}

/** @returns a handle */
function open(runtime: WasmRuntime, model: Uint8Array, data: Uint8Array): number {
  const { ort } = runtime
  // an arena would keep the memory of the largest batch; batches are small, so it saves no time
  const options = runtime.made(
    'no session options',
    ort._OrtCreateSessionOptions(ALL_OPTIMIZATIONS, false, false, 0, false, 0, 0, ERRORS_ONLY, 0, 0),
  )
  ort.mountExternalData('model.onnx.data', data)
  try {
    return runtime.withBytes(model, (at) =>
      runtime.made('no session', ort._OrtCreateSession(at, model.byteLength, options)),
    )
  } finally {
    ort.unmountExternalData()
    ort._OrtReleaseSessionOptions(options)
  }
}

function sessionOf(runtime: WasmRuntime, handle: number): Session {
  const { ort } = runtime
  const encoder = new TextEncoder()
  // freed with the session
  const nameAt = (name: string) => {
    const bytes = encoder.encode(`${name}\0`)
    const at = ort._malloc(bytes.byteLength)
    ort.HEAPU8.set(bytes, at)
    return at
  }
  const names = INPUTS.map(nameAt)
  const output = nameAt(OUTPUT)
  const runOptions = runtime.made('no run options', ort._OrtCreateRunOptions(ERRORS_ONLY, 0, false, 0))
  let released = false

  /** the addresses of `values` side by side, on the stack */
  const list = (values: readonly number[]) => {
    const at = ort.stackAlloc(4 * values.length)
    for (const [index, value] of values.entries()) ort.setValue(at + 4 * index, value, '*')
    return at
  }

  function withTensor<Result>(
    values: BigInt64Array,
    { rows, columns }: Batch,
    use: (tensor: number) => Result,
  ): Result {
    return runtime.withBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), (at) => {
      const dims = list([rows, columns])
      const tensor = runtime.made(
        'no tensor',
        ort._OrtCreateTensor(INT64, at, values.byteLength, dims, 2, ON_CPU),
      )
      try {
        return use(tensor)
      } finally {
        ort._OrtReleaseTensor(tensor)
      }
    })
  }

  function compute(batch: Batch): Float32Array {
    const stack = ort.stackSave()
    try {
      return withTensor(batch.ids, batch, (ids) =>
        withTensor(batch.mask, batch, (mask) =>
          withTensor(batch.types, batch, (types) => {
            const inputs = list([ids, mask, types])
            const [logits] = runtime.read('it did not run', 1, (at) => {
              ort.setValue(at!, 0, '*')
              return ort._OrtRun(handle, list(names), inputs, 3, list([output]), 1, at!, runOptions)
            })
            return take(logits!, batch.rows)
          }),
        ),
      )
    } finally {
      ort.stackRestore(stack)
    }
  }

  /** the values of an output, which is freed */
  function take(tensor: number, count: number): Float32Array {
    try {
      const [, data, dims] = runtime.read('no output', 4, (type, data, dims, rank) =>
        ort._OrtGetTensorData(tensor, type!, data!, dims!, rank!),
      )
      ort._OrtFree(dims!)
      // a copy: the memory of the runtime moves when it grows
      const bytes = new Uint8Array(4 * count)
      bytes.set(ort.HEAPU8.subarray(data!, data! + 4 * count))
      return new Float32Array(bytes.buffer)
    } finally {
      ort._OrtReleaseTensor(tensor)
    }
  }

  return {
    engine: 'onnxruntime',
    run(texts) {
      const batch = padBatch(texts)
      if (runtime.broken !== undefined)
        throw failure('onnxruntime has failed before', 'Load the model again.', runtime.broken)
      try {
        return compute(batch)
      } catch (cause) {
        if (!(cause instanceof OrtError)) runtime.broken = cause
        throw failure(
          `onnxruntime could not compute ${batch.rows} texts of ${batch.columns} tokens`,
          'Load the model again; give fewer or shorter documents a call, or a smaller batch to loadReranker.',
          cause,
        )
      }
    },
    heapBytes: () => runtime.heapBytes(),
    release() {
      if (released || runtime.broken !== undefined) return
      released = true
      ort._OrtReleaseSession(handle)
      ort._OrtReleaseRunOptions(runOptions)
      for (const name of [...names, output]) ort._free(name)
    },
  }
}

const failure = (what: string, advice: string, cause: unknown) =>
  new RerankerError('runtime', `${what}: ${String((cause as Error)?.message ?? cause)}. ${advice}`, { cause })
