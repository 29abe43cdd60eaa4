// A thread that loads a student and scores with it.
import { openBackend } from '@disranker/engine'
import type { ScoredQuestion } from '@disranker/ranking'
import { answerUntilStopped } from '@disranker/stage'
import { readStudent } from './student-folder.ts'
import { studentScore } from './student-scorer.ts'

await answerUntilStopped<string, ScoredQuestion>(async (folder) => {
  await openBackend('wasm', { threads: 1 })
  const { encoder, pairEncoder } = readStudent(folder)
  return studentScore(encoder, pairEncoder)
})
