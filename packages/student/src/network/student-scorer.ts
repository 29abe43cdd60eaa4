// Scores whole splits with a student: by its network alone, in threads if that is faster, and with the added
// terms.
import type { Pairs } from '@disranker/dataset'
import { networksAtOnce } from '@disranker/engine'
import {
  countCandidates,
  type Item,
  type ScoredQuestion,
  type ScoreThreads,
  startScoreThreads,
  type Terms,
} from '@disranker/ranking'
import type { Work } from '@disranker/stage'
import type { PairEncoder } from '@disranker/tokenizer'
import { createStaticScore, type Encoder, type StaticBiEncoder, scorePairs } from '@disranker/transformer'

export type StudentScore = (items: ScoredQuestion) => Float32Array

/** Logits by the network in this thread. */
export const studentScore =
  (encoder: Encoder, pairEncoder: PairEncoder): StudentScore =>
  (items) =>
    scorePairs(
      encoder,
      items.map(({ query, document }) => pairEncoder.encode(query, document)),
    )

/** The terms that are added to the logits, before their weights. */
export function studentTerms(
  pairEncoder: PairEncoder,
  staticBiEncoder: StaticBiEncoder | undefined,
): (items: readonly Item[]) => Terms {
  const staticScore = staticBiEncoder && createStaticScore(staticBiEncoder)
  return (items) => {
    const encoded = items.map(({ query, document }) => pairEncoder.encode(query, document))
    return {
      overlap: encoded.map(({ overlap }) => overlap),
      ...(staticScore && { staticScore: encoded.map(staticScore) }),
    }
  }
}

interface Ranking {
  readonly score: StudentScore
  readonly pairs: Pairs
  readonly work: Work
  /** a folder with the student, for threads that read it */
  folder(): string
}

/** Logits for validation and test. */
export function splitsScorer(
  encoder: Encoder,
  { score, pairs, work, folder }: Ranking,
): ScoreThreads | { score: StudentScore; close(): void; ahead: false } {
  const count = networksAtOnce(encoder.parameters.values(), countCandidates(pairs, ['validation', 'test']))
  if (count === 1) return { score, close() {}, ahead: false }
  const module = new URL('./student-thread.ts', import.meta.url)
  return startScoreThreads(count, module, work.signal, folder())
}
