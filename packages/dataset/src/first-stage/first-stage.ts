// The first stage: BM25 over title and summary, in threads, so that the stage's own thread can show progress
// and handle Ctrl-C. A team's own first stage replaces it (imported-run.ts).
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { AnalyzerSpec, InvertedIndex } from '@disranker/lexical'
import { breathe, startThread, type Thread } from '@disranker/stage'
import { createSearch, type Found, type Question } from './first-stage-search.ts'

export interface FirstStage {
  /** The results of each text, at most `depth` documents, in the order of the texts. */
  search(texts: Iterable<string>, depth: number): AsyncGenerator<Found>
  close(): Promise<void>
}

export interface FirstStageOptions {
  /** documents.jsonl of a stage */
  readonly documents: string
  readonly k1: number
  readonly b: number
  /** the analyzer; `porter` by default */
  readonly analyzer?: AnalyzerSpec
  readonly signal: AbortSignal
  /** number of indexed documents */
  onIndexed(documents: number): void
}

const MOST_THREADS = 8
/** documents that one thread searches in less time than another needs to start */
const SMALL = 10_000
/** bytes of documents that are searched in less time than a thread needs to start */
const TINY = 100_000

/** texts in a message */
const BATCH = 64

/** Indexes the documents. Close it after use. */
export async function openFirstStage({
  documents,
  k1,
  b,
  analyzer,
  signal,
  onIndexed,
}: FirstStageOptions): Promise<FirstStage> {
  const start = () =>
    statSync(documents).size < TINY
      ? searchHere(signal)
      : startThread(new URL('./first-stage-thread.ts', import.meta.url), signal)
  const threads = [start()]
  const close = async () => void (await Promise.all(threads.map((thread) => thread.close())))
  try {
    const index = await threads[0]!.ask<InvertedIndex>({ build: { documents, k1, b, analyzer } }, onIndexed)
    const wanted = Math.min(MOST_THREADS, availableParallelism(), Math.ceil(index.texts / SMALL))
    for (let i = 1; i < wanted; i++) {
      threads.push(start())
      await threads[i]!.ask({ index })
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    close,
    async *search(texts, depth) {
      const waiting: Promise<Found[]>[] = []
      let next = 0
      // two messages for each thread, so that none waits for the next one
      for (const batch of batches(texts)) {
        waiting.push(threads[next++ % threads.length]!.ask<Found[]>({ search: { texts: batch, depth } }))
        if (waiting.length >= 2 * threads.length) yield* await waiting.shift()!
      }
      for (const found of waiting) yield* await found
    },
  }
}

/** The same without a thread. */
function searchHere(signal: AbortSignal): Pick<Thread, 'ask' | 'close'> {
  const answer = createSearch()
  return {
    ask<Answer>(question: unknown, say = (_: number) => {}) {
      const answered = breathe().then(() => {
        signal.throwIfAborted()
        return answer(question as Question, say) as Answer
      })
      // a search whose answer is no longer needed may fail, too
      answered.catch(() => {})
      return answered
    },
    async close() {},
  }
}

function* batches(texts: Iterable<string>): Generator<string[]> {
  let batch: string[] = []
  for (const text of texts) {
    batch.push(text)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
