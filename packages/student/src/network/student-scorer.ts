// A student that ranks whole splits: by its network alone, in threads where that is faster.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Pairs } from '@disranker/dataset'
import { networksAtOnce } from '@disranker/engine'
import {
  countCandidates,
  type ScoredQuestion,
  type ScoreThreads,
  startScoreThreads,
} from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import type { PairEncoder } from '@disranker/tokenizer'
import { type Encoder, scorePairs } from '@disranker/transformer'
import { writeStudent } from './student-folder.ts'
import type { StartedStudent } from './student-start.ts'

export type StudentScore = (items: ScoredQuestion) => Float32Array

/** Logits by the network in this thread. */
export const studentScore =
  (encoder: Encoder, pairEncoder: PairEncoder): StudentScore =>
  (items) =>
    scorePairs(
      encoder,
      items.map(({ query, document }) => pairEncoder.encode(query, document)),
    )

/** The same for validation and test. */
export function splitsScorer(
  encoder: Encoder,
  start: StartedStudent,
  { score, name, pairs, work }: { score: StudentScore; name: string; pairs: Pairs; work: Work },
): ScoreThreads | { score: StudentScore; close(): void; ahead: false } {
  const count = networksAtOnce(encoder.parameters.values(), countCandidates(pairs, ['validation', 'test']))
  if (count === 1) return { score, close() {}, ahead: false }
  // as a thread reads it
  const folder = join(work.scratch, `${name}-network`)
  mkdirSync(folder, { recursive: true })
  writeStudent(folder, { encoder, start, lexicalWeight: 0 })
  const module = new URL('./student-thread.ts', import.meta.url)
  return startScoreThreads(count, module, work.signal, folder)
}
