// A thread that scores with a decoder of its own.
import { parentPort, workerData } from 'node:worker_threads'
import { openBackend } from '@disranker/engine'
import type { ScoredQuestion } from '@disranker/ranking'
import { decoderScorer } from './decoder-scorer.ts'
import { readTeacher } from './teacher-folder.ts'

export interface DecoderThread {
  /** of the teacher */
  readonly folder: string
  readonly tokensPerBatch: number
}

const { folder, tokensPerBatch } = workerData as DecoderThread
await openBackend('wasm', { threads: 1 })
const { decoder, encoder } = readTeacher(folder)
const scorer = decoderScorer(decoder, encoder, tokensPerBatch)
parentPort!.on('message', async (pairs: ScoredQuestion) => {
  parentPort!.postMessage({ answer: await scorer.score(pairs) })
})
