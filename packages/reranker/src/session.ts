// onnxruntime-web as one function of token batches, in Node, browsers and workerd. The runtime wants to fetch and compile
// its own WebAssembly; workerd allows neither, so the one call that instantiates it is answered with a module that was
// compiled before, and its memory is seen on the way.
import * as ort from 'onnxruntime-web/wasm'
import { RerankerError } from './reranker-error.ts'

export interface Batch {
  /** [rows * columns] each, row-major; padding has mask 0 */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
  readonly types: BigInt64Array
  readonly rows: number
  readonly columns: number
}

export interface Session {
  /** [rows]: one logit a row */
  run(batch: Batch): Promise<Float32Array>
  /** bytes of WebAssembly memory, shared by all sessions; it never shrinks */
  heapBytes(): number
  release(): Promise<void>
}

const sentinel = new ArrayBuffer(8)
let memory: WebAssembly.Memory | undefined
/** the runtime instantiates itself once; two loads at a time must not both stand in for WebAssembly.instantiate */
let creating: Promise<unknown> = Promise.resolve()

/**
 * Loads a model.
 * @param module onnxruntime-web's ort-wasm-simd-threaded.wasm, compiled
 * @throws {RerankerError} code runtime
 */
export async function createSession(
  module: WebAssembly.Module,
  model: Uint8Array,
  data: Uint8Array,
): Promise<Session> {
  const create = creating.then(() => instantiateFrom(module, () => open(model, data)))
  creating = create.catch(() => {})
  const session = await create.catch((cause: unknown) => {
    throw new RerankerError(
      'runtime',
      `onnxruntime could not load the model: ${String((cause as Error)?.message ?? cause)}. Make the bundle again with \`npx turbo run quantize\`.`,
      { cause },
    )
  })
  return {
    async run({ ids, mask, types, rows, columns }) {
      const tensor = (values: BigInt64Array) => new ort.Tensor('int64', values, [rows, columns])
      const feeds = { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) }
      const { logits } = await session.run(feeds).catch((cause: unknown) => {
        throw new RerankerError(
          'runtime',
          `onnxruntime could not compute ${rows} texts of ${columns} tokens: ${String((cause as Error)?.message ?? cause)}. Give fewer or shorter documents a call, or a smaller batch to loadReranker.`,
          { cause },
        )
      })
      return logits!.data as Float32Array
    },
    heapBytes: () => memory?.buffer.byteLength ?? 0,
    release: () => session.release(),
  }
}

function open(model: Uint8Array, data: Uint8Array): Promise<ort.InferenceSession> {
  ort.env.wasm.numThreads = 1
  ort.env.wasm.wasmBinary = sentinel
  ort.env.logLevel = 'error'
  return ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    externalData: [{ path: 'model.onnx.data', data }],
    // an arena keeps the largest batch's memory for ever; batches are small, so it buys nothing
    enableCpuMemArena: false,
    enableMemPattern: false,
  })
}

/** Runs `work` while WebAssembly.instantiate gives out instances of `module` for the sentinel; everything else passes. */
async function instantiateFrom<Result>(
  module: WebAssembly.Module,
  work: () => Promise<Result>,
): Promise<Result> {
  const original = WebAssembly.instantiate as (
    source: unknown,
    imports: WebAssembly.Imports,
  ) => Promise<WebAssembly.Instance>
  const replacement = async (source: unknown, imports: WebAssembly.Imports) => {
    const bytes = ArrayBuffer.isView(source) ? source.buffer : source
    if (bytes !== sentinel) return original.call(WebAssembly, source, imports)
    const instance = await original.call(WebAssembly, module, imports)
    memory = findMemory(imports, instance)
    return { module, instance }
  }
  WebAssembly.instantiate = replacement as unknown as typeof WebAssembly.instantiate
  try {
    return await work()
  } finally {
    WebAssembly.instantiate = original as unknown as typeof WebAssembly.instantiate
  }
}

function findMemory(
  imports: WebAssembly.Imports,
  { exports }: WebAssembly.Instance,
): WebAssembly.Memory | undefined {
  const values = [
    ...Object.values(imports).flatMap((group) => Object.values(group)),
    ...Object.values(exports),
  ]
  return values.find((value): value is WebAssembly.Memory => value instanceof WebAssembly.Memory)
}
