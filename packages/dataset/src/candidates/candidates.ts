// Chooses the documents that models score: the first stage's results, and for train queries also the judged
// documents and a few random ones. Reads and writes the stage's folder query by query.
import { join } from 'node:path'
import type { Progress } from '@disranker/stage'
import type { FirstStage } from '../first-stage/first-stage.ts'
import type { Found } from '../first-stage/first-stage-search.ts'
import type { PairsRecipe, TrainingCandidates } from '../pairs-recipe.ts'
import { byPopularity } from '../records/by-popularity.ts'
import { createTextWriter } from '../records/lines.ts'
import type { Pairs } from '../records/read-pairs.ts'
import type { Numbering, Run, Scored, Split } from '../records/records.ts'
import { seededSampler } from '../records/seeded-sampler.ts'
import { byScore } from '../runs/by-score.ts'
import { runLines } from '../runs/runs.ts'
import type { OwnDocuments } from './own-documents.ts'

export interface CandidatesOptions {
  /** output folder; documents, queries and judgements are there already */
  readonly folder: string
  readonly pairs: Pairs
  /** the run of a team's own first stage */
  readonly imported: Run | undefined
  /** documents that are the query itself, and therefore no answer to it */
  readonly own: OwnDocuments
  /** name of the first stage */
  readonly name: string
  /** opens our own first stage, which also finds candidates of train queries that the imported run lacks */
  bm25(): Promise<FirstStage>
  readonly recipe: PairsRecipe['candidates']
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** judged train queries whose first-stage list is kept: more are not needed to choose weights */
const LISTED = 2000

/**
 * Writes `candidates.<split>.run`, and the first-stage results as `first-stage.<split>.run`: for validation,
 * test, and a sample of the judged train queries, because their candidates contain other documents, too.
 * @returns how many queries have candidates
 */
export async function writeCandidates(split: Split, options: CandidatesOptions): Promise<number> {
  const { folder, pairs, recipe, progress, signal } = options
  const { queries, judgements } = pairs
  const learns = split === 'train' || split === 'weak' ? recipe[split] : undefined
  const judged = judgedNumbers(pairs, split)
  const graded = sampleNumbers(queries, judged, learns?.queries ?? judged.length, recipe.seed)
  const { unlabelled } = recipe
  const others =
    split === 'train' && unlabelled ? ungraded(pairs, unlabelled.queries, recipe.seed) : new Int32Array()
  const chosen = Int32Array.from([...graded, ...others]).sort()
  const listed = split === 'train' ? new Set(sampleNumbers(queries, graded, LISTED, recipe.seed)) : undefined
  const depth = Math.max(
    learns?.depth ?? recipe.rerank,
    others.length > 0 ? unlabelled!.depth : 0,
    listed ? recipe.rerank : 0,
  )
  const liked = Math.max(learns?.popular ?? 0, learns ? (unlabelled?.popular ?? 0) : 0)
  const popular = liked > 0 ? popularity(pairs) : new Int32Array()
  const writers = [createTextWriter(join(folder, `candidates.${split}.run`))]
  if (!learns || listed) writers.push(createTextWriter(join(folder, `first-stage.${split}.run`)))
  const tags = ['candidates', options.name]
  let done = 0
  try {
    // opened first: the index has its own progress bar
    const found = await find(chosen, depth, learns !== undefined, options)
    progress.start(`pairs: ${split} candidates`, chosen.length, 'queries')
    for await (const all of found) {
      signal.throwIfAborted()
      const number = chosen[done++]!
      const id = queries.idOf(number)
      const own = options.own.get(id)
      const one = own === undefined ? all : without(all, own, pairs.documents)
      const wanted = learns && !judgements.has(id) ? unlabelled! : learns
      const rows = wanted
        ? trainingRows(
            cut(one, wanted.depth),
            judgements.get(id),
            pairs.documents,
            wanted,
            seededSampler(recipe.seed, id),
            popular,
          ).filter(({ document }) => !own?.has(document))
        : scoredRows(one, pairs.documents)
      if (listed === undefined)
        for (const [i, writer] of writers.entries()) writer.write(runLines(id, rows, tags[i]!))
      else {
        writers[0]!.write(runLines(id, rows, tags[0]!))
        if (listed.has(number))
          writers[1]!.write(runLines(id, scoredRows(cut(one, recipe.rerank), pairs.documents), tags[1]!))
      }
      progress.update(done)
    }
    progress.stop()
  } catch (error) {
    for (const writer of writers) writer.discard()
    throw error
  }
  for (const writer of writers) writer.close()
  return chosen.length
}

/**
 * Opens the search that returns the results of each query, in the order of the queries.
 * @param guesses whether BM25 searches for a query that the imported run lacks
 */
async function find(
  numbers: Int32Array,
  depth: number,
  guesses: boolean,
  { pairs, imported, bm25 }: CandidatesOptions,
): Promise<AsyncGenerator<Found>> {
  const { queries, documents } = pairs
  const texts = function* (of: Int32Array) {
    for (const number of of) yield queries.at(number).text
  }
  const search = async (of: Int32Array) => (await bm25()).search(texts(of), depth)
  if (imported === undefined) return search(numbers)
  const lacks = (number: number) => !imported.has(queries.idOf(number))
  const missing = guesses ? numbers.filter(lacks) : new Int32Array()
  const guessed = missing.length > 0 ? await search(missing) : undefined
  return (async function* () {
    for (const number of numbers) {
      const rows = imported.get(queries.idOf(number))?.slice(0, depth)
      if (rows === undefined && guessed !== undefined) {
        const { value } = await guessed.next()
        yield value as Found
      } else
        yield {
          number: Uint32Array.from(rows ?? [], ({ document }) => documents.numberOf(document)),
          score: Float64Array.from(rows ?? [], ({ score }) => score),
        }
    }
  })()
}

/** Numbers of the judged queries of a split, in order. */
export function judgedNumbers({ queries, judgements }: Pairs, split: Split): Int32Array {
  const numbers: number[] = []
  let number = 0
  for (const query of queries) {
    if (query.split === split && judgements.has(query.id)) numbers.push(number)
    number++
  }
  return Int32Array.from(numbers)
}

/** Numbers of train queries without grades, at most `count`, in order. */
function ungraded({ queries, judgements }: Pairs, count: number, seed: number): Int32Array {
  const numbers: number[] = []
  let number = 0
  for (const { id, split } of queries) {
    if (split === 'train' && !judgements.has(id)) numbers.push(number)
    number++
  }
  return sampleNumbers(queries, Int32Array.from(numbers), count, seed)
}

/** Numbers of the best documents of train queries; a document with n queries appears sqrt(n) times. */
function popularity({ queries, judgements, documents }: Pairs): Int32Array {
  const counts = new Map<number, number>()
  for (const { id, split } of queries) {
    if (split !== 'train') continue
    const grades = judgements.get(id) ?? new Map<string, number>()
    let top = 0
    for (const grade of grades.values()) top = Math.max(top, grade)
    for (const [document, grade] of grades) {
      const number = grade > 0 && grade === top ? documents.numberOf(document) : -1
      if (number >= 0) counts.set(number, (counts.get(number) ?? 0) + 1)
    }
  }
  return byPopularity(counts)
}

function without({ number, score }: Found, own: ReadonlySet<string>, documents: Numbering): Found {
  const kept = Array.from(number, (_, i) => i).filter((i) => !own.has(documents.idOf(number[i]!)))
  return {
    number: Uint32Array.from(kept, (i) => number[i]!),
    score: Float64Array.from(kept, (i) => score[i]!),
  }
}

const cut = ({ number, score }: Found, depth: number): Found => ({
  number: number.subarray(0, depth),
  score: score.subarray(0, depth),
})

const scoredRows = ({ number, score }: Found, documents: Numbering): Scored[] =>
  Array.from(number, (document, i) => ({ document: documents.idOf(document), score: score[i]! })).sort(
    byScore,
  )

/**
 * Documents spread over the first-stage list, and as `added` the documents of the highest grade above 0,
 * random and popular ones.
 */
export function trainingRows(
  { number, score }: Found,
  grades: ReadonlyMap<string, number> | undefined,
  documents: Numbering,
  { first, random, popular = 0 }: Pick<TrainingCandidates, 'first' | 'random' | 'popular'>,
  sampler: { integer(below: number): number },
  /** numbers to draw popular documents from */
  liked: ArrayLike<number> = [],
): Scored[] {
  const picked = spread(
    Array.from(number, (_, i) => i),
    first,
  )
  const rows: Scored[] = picked.map((i) => ({ document: documents.idOf(number[i]!), score: score[i]! }))
  const there = new Set(rows.map(({ document }) => document))
  const add = (document: string) => {
    if (there.has(document)) return
    there.add(document)
    rows.push({ document, score: 0, added: true })
  }
  let top = 0
  for (const grade of grades?.values() ?? []) top = Math.max(top, grade)
  for (const [document, grade] of grades ?? []) if (grade > 0 && grade === top) add(document)
  for (let i = 0; i < random; i++) add(documents.idOf(sampler.integer(documents.length)))
  if (liked.length > 0)
    for (let i = 0; i < popular; i++) add(documents.idOf(liked[sampler.integer(liked.length)]!))
  return rows
}

/** `count` of the items, at ranks that grow as i^1.5: most are taken where the first stage errs most. */
export function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items
  const ranks = new Set<number>()
  for (let i = 0; i < count; i++) {
    let rank = Math.floor((i / count) ** 1.5 * items.length)
    while (ranks.has(rank)) rank++
    ranks.add(rank)
  }
  return [...ranks].map((rank) => items[rank]!)
}

/** `count` of the numbers, in order; the same ones for the same seed. */
export function sampleNumbers(
  queries: Pick<Numbering, 'idOf'>,
  numbers: Int32Array,
  count: number,
  seed: number,
): Int32Array {
  if (numbers.length <= count) return numbers
  const order = Float64Array.from(numbers, (number) =>
    seededSampler(seed, `sample ${queries.idOf(number)}`).uniform(),
  )
  const drawn = Uint32Array.from(numbers, (_, i) => i).sort((a, b) => order[a]! - order[b]! || a - b)
  return Int32Array.from(drawn.subarray(0, count).sort(), (i) => numbers[i]!)
}
