// A thread of document-encoders.ts: it receives documents as messages and returns their vectors and words.
import { parentPort, workerData } from 'node:worker_threads'
import { type Bundle, loadReranker } from '@disranker/reranker'
import { toStored } from '../../src/documents/stored-vector.ts'
import type { DocumentLine } from './document-lines.ts'

const { vectors } = await loadReranker(workerData as Bundle)
const { encoder, embed, read } = vectors!
parentPort!.on('message', (documents: readonly DocumentLine[]) => {
  parentPort!.postMessage(
    documents.map(({ document }) => toStored({ encoder, ...embed(document), words: read(document) })),
  )
})
