// A thread that scores with a decoder of its own.
import { openBackend } from '@disranker/engine'
import type { ScoredQuestion } from '@disranker/ranking'
import { answerUntilStopped } from '@disranker/stage'
import { decoderScorer } from './decoder-scorer.ts'
import { readTeacher } from './teacher-folder.ts'

export interface DecoderThread {
  /** of the teacher */
  readonly folder: string
  readonly tokensPerBatch: number
}

await answerUntilStopped<DecoderThread, ScoredQuestion>(async ({ folder, tokensPerBatch }) => {
  await openBackend('wasm', { threads: 1 })
  const { decoder, encoder } = readTeacher(folder)
  const { score } = decoderScorer(decoder, encoder, tokensPerBatch)
  return (pairs) => score(pairs)
})
