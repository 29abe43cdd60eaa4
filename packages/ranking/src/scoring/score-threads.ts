// Scores in threads with one network each: threads that share the products of a small network mostly wait for
// each other.
import type { Document } from '@disranker/dataset'
import { startThreads } from '@disranker/stage'

/** A request to a thread. The answer is one score for each pair, as a Float32Array. */
export type ScoredQuestion = readonly {
  readonly query: string
  readonly document: Pick<Document, 'title' | 'summary'>
}[]

export interface ScoreThreads {
  /** may be called again before it has answered */
  readonly ahead: true
  /** one score an item, in the order of the items */
  score(items: ScoredQuestion): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Pairs of a request, independent of the number of threads: the other texts of a batch may change the last
 * bits of a score.
 */
const ASKED = 256

/**
 * @param module calls `answerUntilStopped` with a handler for ScoredQuestion
 * @param signal when it aborts, the threads end and `score` rejects with its reason
 */
export function startScoreThreads(
  count: number,
  module: URL,
  signal: AbortSignal,
  workerData: unknown,
): ScoreThreads {
  const threads = startThreads(count, module, signal, workerData, 'by itself')
  return {
    ahead: true,
    async score(items) {
      const scores = new Float32Array(items.length)
      const parts = Array.from({ length: Math.ceil(items.length / ASKED) }, async (_, part) => {
        const from = part * ASKED
        const question: ScoredQuestion = items
          .slice(from, from + ASKED)
          .map(({ query, document: { title, summary } }) => ({ query, document: { title, summary } }))
        scores.set(await threads.ask<Float32Array>(question), from)
      })
      await Promise.all(parts)
      return scores
    },
    close: threads.close,
  }
}
