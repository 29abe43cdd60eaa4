// onnxruntime-node as an engine, where somebody installed it: the machine's own instructions, and all of its cores.
import { packBatch, RerankerError, type Session } from '@disranker/reranker'

/** @returns undefined where onnxruntime-node is not installed, or does not load on this machine */
export async function nativeEngine(): Promise<
  ((model: Uint8Array, data: Uint8Array) => Promise<Session>) | undefined
> {
  const ort = await import('onnxruntime-node').catch(() => undefined)
  if (ort === undefined) return undefined
  const { InferenceSession, Tensor } = ort
  return async (model, data) => {
    const session = await InferenceSession.create(model, {
      externalData: [{ path: 'model.onnx.data', data }],
      logSeverityLevel: 3,
    }).catch((cause: unknown) => {
      throw new RerankerError(
        'runtime',
        `onnxruntime-node could not load the model: ${(cause as Error).message}`,
        { cause },
      )
    })
    return {
      engine: 'onnxruntime, native',
      async run(texts) {
        const { ids, mask, types, rows, columns } = packBatch(texts)
        const tensor = (values: BigInt64Array) => new Tensor('int64', values, [rows, columns])
        try {
          const { logits } = await session.run({
            input_ids: tensor(ids),
            attention_mask: tensor(mask),
            token_type_ids: tensor(types),
          })
          return logits!.data as Float32Array
        } catch (cause) {
          throw new RerankerError(
            'runtime',
            `onnxruntime-node could not compute: ${(cause as Error).message}`,
            { cause },
          )
        }
      },
      // the process's memory, not to be told apart
      heapBytes: () => 0,
      release: () => session.release(),
    }
  }
}
