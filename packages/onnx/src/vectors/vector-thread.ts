// A thread that embeds documents like a server, with the encoder of the bundle.
import { parentPort, workerData } from 'node:worker_threads'
import { type Bundle, loadReranker, type TitledDocument } from '@disranker/reranker'

export interface MadeVectors {
  /** [documents, features] */
  readonly values: Int8Array
  /** [documents] */
  readonly scales: Float32Array
}

const { vectors } = await loadReranker(workerData as Bundle)
parentPort!.on('message', (documents: readonly TitledDocument[]) => {
  const values = new Int8Array(documents.length * vectors!.features)
  const scales = new Float32Array(documents.length)
  for (const [at, document] of documents.entries()) {
    const made = vectors!.embed(document)
    values.set(made.values, at * vectors!.features)
    scales[at] = made.scale
  }
  parentPort!.postMessage({ answer: { values, scales } satisfies MadeVectors })
})
