// A thread that computes with onnxruntime-node: it receives packed batches as messages, in their order, and
// answers each with logits.
import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'

/** The data for the thread. */
export interface NativeModel {
  readonly model: Uint8Array
  readonly data: Uint8Array
}

export interface NativeBatch {
  /** [rows, columns] */
  readonly ids: BigInt64Array
  readonly mask: BigInt64Array
  readonly types: BigInt64Array
  readonly rows: number
  readonly columns: number
}

/** undefined: the thread ends */
export type NativeQuestion = NativeBatch | undefined
/** [rows] */
export type NativeAnswer = { readonly logits: Float32Array } | { readonly error: string }

const { model, data } = workerData as NativeModel

// more threads for one ranking cost 1.7 times the CPU, because the threads of a small model wait for each other
const opened = InferenceSession.create(model, {
  externalData: [{ path: 'model.onnx.data', data }],
  logSeverityLevel: 3,
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
})

async function answer({ ids, mask, types, rows, columns }: NativeBatch): Promise<NativeAnswer> {
  const tensor = (values: BigInt64Array) => new Tensor('int64', values, [rows, columns])
  const session = await opened
  const { logits } = await session.run({
    input_ids: tensor(ids),
    attention_mask: tensor(mask),
    token_type_ids: tensor(types),
  })
  return { logits: logits!.data as Float32Array }
}

const told = (error: unknown): NativeAnswer => ({
  error: error instanceof Error ? error.message : String(error),
})

// the first answer comes without a request and says whether the model is loaded
opened.then(
  () => parentPort!.postMessage({ logits: new Float32Array() } satisfies NativeAnswer),
  (error) => parentPort!.postMessage(told(error)),
)
// terminating a thread during native computation would crash the process, so the thread closes its port itself
parentPort!.on('message', async (question: NativeQuestion) => {
  if (question === undefined) parentPort!.close()
  else parentPort!.postMessage(await answer(question).catch(told))
})
