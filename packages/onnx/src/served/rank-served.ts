// Ranks candidates with a bundle as a server does, with one reranker on every core.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Pairs, Run } from '@disranker/dataset'
import { type Item, scoreRun } from '@disranker/ranking'
import { type Bundle, type BundleManifest, openBundle } from '@disranker/reranker'
import { sha256, startThreads, threadsWanted, type Work } from '@disranker/stage'
import { openServed, type ServedScores } from './open-served.ts'

/** maximal number of threads: each has its own copy of the weights */
const MOST_THREADS = 8
/** fewer candidates are ranked in less time than a thread needs to start */
const WORTH_THREADS = 2000

export interface RankServed {
  /** name of the work in progress lines */
  readonly name: string
  readonly bundle: Bundle
  readonly run: Run
  readonly pairs: Pairs
  readonly work: Pick<Work, 'scratch' | 'progress' | 'signal'>
}

/** @throws {RerankerError} when the bundle is damaged or does not load */
export async function rankServed({ name, bundle, run, pairs, work }: RankServed): Promise<Run> {
  const { manifest } = await openBundle(bundle)
  const served = isSmall(run) ? await openServed(bundle) : inThreads(bundle, work.signal)
  try {
    return await scoreRun({
      ...{ name, run, pairs },
      scratch: join(work.scratch, keyOf(manifest)),
      queriesPerShard: 20,
      progress: work.progress,
      signal: work.signal,
      score: (items) => scoreByQuery(items, served),
    })
  } finally {
    await served.close()
  }
}

function isSmall(run: Run): boolean {
  let candidates = 0
  for (const [, rows] of run) candidates += rows.length
  return candidates < WORTH_THREADS
}

function inThreads(bundle: Bundle, signal: AbortSignal): ServedScores {
  const module = new URL('./served-thread.ts', import.meta.url)
  const count = Math.min(MOST_THREADS, threadsWanted() ?? availableParallelism())
  const threads = startThreads(count, module, signal, bundle)
  return { ask: (question) => threads.ask<Float32Array>(question), close: threads.close }
}

/**
 * files of a bundle that determine its scores: two ways to quantise have the same weights but different
 * graphs
 */
const SCORING = ['model.onnx', 'model.onnx.data', 'tokenizer.json', 'config.json'] as const

/** A shard is valid only for the bundle that scored it. */
const keyOf = ({ files }: BundleManifest) =>
  sha256(new TextEncoder().encode(SCORING.map((name) => files[name]!.sha256).join())).slice(0, 16)

async function scoreByQuery(items: readonly Item[], served: ServedScores): Promise<Float32Array> {
  const scores = new Float32Array(items.length)
  const rows = items.map((item, index) => ({ ...item, index }))
  // two queries may have the same text, so the rows of a group need not be adjacent
  const groups = [...Map.groupBy(rows, ({ query }) => query)]
  await Promise.all(
    groups.map(async ([query, group]) => {
      const documents = group.map(({ document: { title, summary } }) => ({ title, summary }))
      const found = await served.ask({ query, documents })
      for (const [position, { index }] of group.entries()) scores[index] = found[position]!
    }),
  )
  return scores
}
