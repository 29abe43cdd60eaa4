// A thread that scores with its own decoder.
import { openBackend } from '@disranker/engine'
import type { ScoredQuestion } from '@disranker/ranking'
import { answerUntilStopped } from '@disranker/stage'
import { readTeacher } from '../training/teacher-folder.ts'
import type { DecoderThread } from './decoder-scorer.ts'
import { decoderScorer } from './decoder-scorer.ts'

await answerUntilStopped<DecoderThread, ScoredQuestion>(async ({ folder, tokensPerBatch }) => {
  await openBackend('wasm', { threads: 1 })
  const { decoder, encoder } = readTeacher(folder)
  const { score } = decoderScorer(decoder, encoder, tokensPerBatch)
  return (pairs) => score(pairs)
})
