// Scores every (query, document) of a run, shard by shard. A finished shard is a file, so a killed run resumes with the
// next one.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  byScore,
  type Document,
  openRun,
  type Pairs,
  type Run,
  type Scored,
  SPLITS,
  type Split,
  writeRun,
} from '@disranker/dataset'
import { breathe, InputError, type Progress } from '@disranker/stage'

export interface Item {
  readonly query: string
  readonly document: Document
  /** the previous score; for candidates the first stage's */
  readonly first: number
}

export interface ScoreRunOptions {
  /** name of the work in progress lines */
  readonly name: string
  readonly run: Run
  readonly pairs: Pairs
  /** folder of the shards until the run is complete */
  readonly scratch: string
  readonly queriesPerShard: number
  readonly progress: Progress
  readonly signal: AbortSignal
  /** whether a shard is begun before the last one is written, for a scorer with threads */
  readonly ahead?: boolean | undefined
  /** one score an item, in the order of the items */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

/**
 * The run with new scores, each query's documents in falling order (ties keep their order).
 * @throws {InputError} when a score is not finite, or the run names a query or document that `pairs` does not
 * have
 */
export async function scoreRun(options: ScoreRunOptions): Promise<Run> {
  const { name, run, pairs, scratch, queriesPerShard, progress, signal, ahead = false } = options
  let total = 0
  for (const [, rows] of run) total += rows.length
  mkdirSync(scratch, { recursive: true })
  progress.start(name, total, 'candidates')
  const files: string[] = []
  let done = 0
  const begin = (shard: Shard): (() => Promise<void>) => {
    signal.throwIfAborted()
    const file = join(scratch, `${name.replaceAll(' ', '-')}-${files.length * queriesPerShard}.run`)
    files.push(file)
    const scored = existsSync(file) ? undefined : scoreShard(shard, options)
    // its error is thrown when it is awaited, or ignored if an earlier shard fails
    scored?.catch(() => {})
    return async () => {
      if (scored !== undefined) writeRun(file, await scored, 'shard')
      done += shard.reduce((sum, [, rows]) => sum + rows.length, 0)
      progress.update(done)
      // with a scorer that never waits, Ctrl-C would not work during the whole run
      await breathe()
    }
  }
  const begun: (() => Promise<void>)[] = []
  for (const shard of shardsOf(run, queriesPerShard)) {
    begun.push(begin(shard))
    if (begun.length > Number(ahead)) await begun.shift()!()
  }
  for (const end of begun) await end()
  progress.stop()
  return openRun(files, pairs)
}

type Shard = (readonly [string, readonly Scored[]])[]

function* shardsOf(run: Run, queries: number): Generator<Shard> {
  let shard: Shard = []
  for (const entry of run) {
    shard.push(entry)
    if (shard.length < queries) continue
    yield shard
    shard = []
  }
  if (shard.length > 0) yield shard
}

async function scoreShard(shard: Shard, { pairs, score }: ScoreRunOptions): Promise<Shard> {
  const items = shard.flatMap(([id, rows]) => itemsOf(id, rows, pairs))
  const scores = await score(items)
  let next = 0
  return shard.map(([id, rows]) => {
    const fresh = rows.map((row): Scored => {
      const value = scores[next++]!
      if (!Number.isFinite(value))
        throw new InputError(
          `The score of query ${id} and document ${row.document} is ${value}. The model's weights are broken: train it again with a lower learning rate.`,
        )
      return { document: row.document, score: value }
    })
    return [id, fresh.sort(byScore)]
  })
}

/** Candidates of some splits; of all by default. */
export function countCandidates(pairs: Pick<Pairs, 'candidates'>, splits: readonly Split[] = SPLITS): number {
  let count = 0
  for (const split of splits) for (const [, rows] of pairs.candidates(split)) count += rows.length
  return count
}

/**
 * The rows of one query with their texts.
 * @throws {InputError} when `pairs` does not have the query or a document
 */
export function itemsOf(
  id: string,
  rows: readonly Scored[],
  { queries, documents }: Pick<Pairs, 'queries' | 'documents'>,
): Item[] {
  const query = queries.get(id)?.text
  return rows.map(({ document: name, score }) => {
    const document = documents.get(name)
    if (query === undefined || document === undefined)
      throw new InputError(
        `A run names ${query === undefined ? `query ${id}` : `document ${name}`}, which out/pairs does not have. Run \`npx turbo run pairs\` again.`,
      )
    return { query, document, first: score }
  })
}
