// Scores every (query, document) of a run, shard by shard. A finished shard is a file, so a killed run goes on with the
// next one.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, type Pairs, type Run, readRun, type Scored, writeRun } from '@disranker/dataset'
import { InputError, type Progress } from '@disranker/stage'

export interface Item {
  readonly query: string
  readonly document: Document
  /** the score the run had before, the first stage's for candidates */
  readonly first: number
}

export interface ScoreRunOptions {
  /** what the work is called in progress lines */
  readonly name: string
  readonly run: Run
  readonly pairs: Pairs
  /** where the shards lie until the run is whole */
  readonly scratch: string
  readonly queriesPerShard: number
  readonly progress: Progress
  readonly signal: AbortSignal
  /** one score an item, in the order of the items */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

/**
 * The run with new scores, each query's documents in falling order of them (ties: in the order they had).
 * @throws {InputError} when a score is not finite, or the run names a query or document that `pairs` does not have
 */
export async function scoreRun(options: ScoreRunOptions): Promise<Run> {
  const { name, run, pairs, scratch, queriesPerShard, progress, signal } = options
  const documents = new Map(pairs.documents.map((document) => [document.id, document]))
  const queries = new Map(pairs.queries.map((query) => [query.id, query.text]))
  const entries = [...run]
  const total = entries.reduce((sum, [, rows]) => sum + rows.length, 0)
  const scored = new Map<string, readonly Scored[]>()
  mkdirSync(scratch, { recursive: true })
  progress.start(name, total, 'pairs')
  let done = 0
  for (let from = 0; from < entries.length; from += queriesPerShard) {
    signal.throwIfAborted()
    const shard = entries.slice(from, from + queriesPerShard)
    const file = join(scratch, `${name.replaceAll(' ', '-')}-${from}.run`)
    if (!existsSync(file)) writeRun(file, await scoreShard(shard, documents, queries, options), 'shard')
    for (const [id, rows] of readRun(file)) scored.set(id, rows)
    done += shard.reduce((sum, [, rows]) => sum + rows.length, 0)
    progress.update(done)
  }
  progress.stop()
  return scored
}

async function scoreShard(
  shard: readonly (readonly [string, readonly Scored[]])[],
  documents: ReadonlyMap<string, Document>,
  queries: ReadonlyMap<string, string>,
  { score }: ScoreRunOptions,
): Promise<Run> {
  const items = shard.flatMap(([id, rows]) =>
    rows.map((row): Item => {
      const query = queries.get(id)
      const document = documents.get(row.document)
      if (query === undefined || document === undefined)
        throw new InputError(
          `A run names ${query === undefined ? `query ${id}` : `document ${row.document}`}, which out/pairs does not have. Run \`npx turbo run pairs\` again.`,
        )
      return { query, document, first: row.score }
    }),
  )
  const scores = await score(items)
  let next = 0
  return new Map(
    shard.map(([id, rows]) => {
      const fresh = rows.map((row): Scored => {
        const value = scores[next++]!
        if (!Number.isFinite(value))
          throw new InputError(
            `The score of query ${id} and document ${row.document} is ${value}. The model's weights are broken: train it again with a lower learning rate.`,
          )
        return { document: row.document, score: value }
      })
      return [id, fresh.sort((a, b) => b.score - a.score)]
    }),
  )
}
