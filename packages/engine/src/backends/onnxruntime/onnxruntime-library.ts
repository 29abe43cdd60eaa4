// The native library inside the package onnxruntime-node, by its C interface: its JavaScript binding copies
// every output into a new ArrayBuffer, which takes a third of the time of a training step; the C interface
// computes in place.
//
// The interface is a table of functions that only grows (onnxruntime_c_api.h, OrtApi), so the index of a
// function never changes. All objects that are created here live as long as the process.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type Koffi from 'koffi'

/** The address of an object of onnxruntime. */
export type Pointer = bigint

export interface Tensor {
  /** memory that onnxruntime reads or writes in place */
  readonly data: Float32Array
  readonly shape: readonly number[]
}

export interface OnnxruntimeLibrary {
  /** A model with the inputs `inputs` and the output `output`; `threads` compute, and sleep between calls. */
  openSession(model: Uint8Array, inputs: readonly string[], output: string, threads: number): Session
}

/** Computes into `output`. @throws {Error} onnxruntime's message */
export type Session = (inputs: readonly Tensor[], output: Tensor) => void

/** the requested version of the interface: the table of any later library begins with it */
const API_VERSION = 16
const FLOAT = 1
const LOG_ERRORS = 3

/** index in OrtApi, name and C type of the used functions */
const FUNCTIONS = {
  message: [2, 'const char *OrtGetErrorMessage(void *status)'],
  createEnv: [3, 'void *OrtCreateEnv(int level, const char *id, _Out_ void **env)'],
  createSession: [
    8,
    'void *OrtCreateSessionFromArray(void *env, void *model, size_t bytes, void *options, _Out_ void **session)',
  ],
  run: [
    9,
    'void *OrtRun(void *session, void *options, void *inputNames, void *inputs, size_t count, void *outputNames, size_t outputs, void *output)',
  ],
  createOptions: [10, 'void *OrtCreateSessionOptions(_Out_ void **options)'],
  disableArena: [19, 'void *OrtDisableCpuMemArena(void *options)'],
  setThreads: [24, 'void *OrtSetIntraOpNumThreads(void *options, int threads)'],
  createTensor: [
    49,
    'void *OrtCreateTensorWithData(void *info, void *data, size_t bytes, void *shape, size_t rank, int type, _Out_ void **value)',
  ],
  createMemoryInfo: [69, 'void *OrtCreateCpuMemoryInfo(int allocator, int kind, _Out_ void **info)'],
  releaseStatus: [93, 'void OrtReleaseStatus(void *status)'],
  releaseValue: [96, 'void OrtReleaseValue(void *value)'],
  setEntry: [130, 'void *OrtAddSessionConfigEntry(void *options, const char *key, const char *value)'],
} as const

const GET_API = 'void *OrtGetApi(uint32_t version)'

type Call = (...values: unknown[]) => Pointer | null

const require = createRequire(import.meta.url)
/** types have names in koffi, and a name can be defined only once a process */
const types = new Map<string, ReturnType<typeof Koffi.proto>>()

/** kept because koffi closes a library without references, even if code may still call into it */
let held: ReturnType<typeof Koffi.load> | undefined

/** @throws the system's error when the library does not load on this machine */
export function openOnnxruntime(): OnnxruntimeLibrary {
  // not imported above: if koffi does not load, the backend has an alternative
  const koffi: typeof Koffi = require('koffi')
  const api = loadFunctions(koffi)
  const check = (status: Pointer | null) => {
    if (status === null) return
    const message = String(api.message(status))
    api.releaseStatus(status)
    throw new Error(`onnxruntime: ${message}`)
  }
  const create = (call: Call, ...values: unknown[]): Pointer => {
    const out: [Pointer | null] = [null]
    check(call(...values, out))
    return out[0]!
  }
  const env = create(api.createEnv, LOG_ERRORS, 'disranker')
  const memory = create(api.createMemoryInfo, 0, 0)
  const tensor = ({ data, shape }: Tensor) =>
    create(api.createTensor, memory, data, data.byteLength, int64(shape), shape.length, FLOAT)

  return {
    openSession(model, inputs, output, threads) {
      const options = create(api.createOptions)
      check(api.setThreads(options, threads))
      check(api.disableArena(options))
      // between products this thread works, and spinning threads would take CPU from it
      check(api.setEntry(options, 'session.intra_op.allow_spinning', '0'))
      const session = create(api.createSession, env, model, model.byteLength, options)
      const [inputNames, outputNames] = [names(koffi, inputs), names(koffi, [output])]
      return (values, result) => {
        const given = [...values, result].map(tensor)
        const addresses = BigUint64Array.from(given)
        try {
          const last = addresses.subarray(values.length)
          check(api.run(session, null, inputNames, addresses, values.length, outputNames, 1, last))
        } finally {
          for (const value of given) api.releaseValue(value)
        }
      }
    },
  }
}

/** OrtGetApiBase() -> { GetApi, GetVersionString }; GetApi(version) -> OrtApi */
function loadFunctions(koffi: typeof Koffi): Record<keyof typeof FUNCTIONS, Call> {
  held ??= koffi.load(libraryFile())
  const base = held.func('void *OrtGetApiBase()')() as Pointer
  const functionAt = (table: Pointer, index: number, declaration: string): Call => {
    const type = types.get(declaration) ?? koffi.proto(declaration)
    types.set(declaration, type)
    const at = koffi.decode(table, index * 8, 'void *') as Pointer
    return (...values) => koffi.call(at, type, ...values)
  }
  const table = functionAt(base, 0, GET_API)(API_VERSION)!
  const bound = Object.entries(FUNCTIONS).map(([name, [index, declaration]]) => [
    name,
    functionAt(table, index, declaration),
  ])
  return Object.fromEntries(bound)
}

/** bin/napi-v<n>/<platform>/<processor>/: libonnxruntime.so.1, libonnxruntime.<version>.dylib or onnxruntime.dll */
function libraryFile(): string {
  const root = dirname(require.resolve('onnxruntime-node/package.json'))
  const abi = readdirSync(join(root, 'bin'))[0] ?? ''
  const folder = join(root, 'bin', abi, process.platform, process.arch)
  const name = readdirSync(folder).find((file) => /^(lib)?onnxruntime\.(so|dll|[\d.]*dylib)/.test(file))
  if (name === undefined) throw new Error(`onnxruntime-node brings no library in ${folder}.`)
  return join(folder, name)
}

const int64 = (values: readonly number[]) => BigInt64Array.from(values, BigInt)

/** An array of C strings at a fixed address. */
function names(koffi: typeof Koffi, texts: readonly string[]): Pointer {
  const array = koffi.alloc('char *', texts.length)
  texts.forEach((text, index) => {
    koffi.encode(array, index * 8, 'char *', text)
  })
  return array as unknown as Pointer
}
