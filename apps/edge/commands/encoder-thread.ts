// A thread of document-encoders.ts: documents come as messages, their vectors go back.
import { parentPort, workerData } from 'node:worker_threads'
import { type Bundle, loadReranker } from '@disranker/reranker'
import { toStored } from '../src/documents/stored-vector.ts'
import type { DocumentLine } from './document-lines.ts'

const { vectors } = await loadReranker(workerData as Bundle)
parentPort!.on('message', (documents: readonly DocumentLine[]) => {
  parentPort!.postMessage(
    documents.map(({ document }) => toStored(vectors!.embed(document), vectors!.encoder)),
  )
})
