// Measures one random split of a data set: the stages of `npm start`, with their own recipes, in separate
// folders. A complete folder is not made again.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPairs, readRun, toLines } from '@disranker/dataset'
import { pairs } from '@disranker/dataset/pairs'
import { pipeline } from '@disranker/pipeline'
import { hasVectors, type QueryQuality, queryQualities } from '@disranker/ranking'
import { findStage, recipesOf, runDefined } from '@disranker/stage'
import { isFewJudged } from '@disranker/student/queries/vector-queries'
import { leaveOut } from './left-out.ts'
import type { Part } from './random-splits.ts'
import { shareFeatures } from './shared-features.ts'
import { openTable, tableOn } from './table-on.ts'

/** Rows that are measured, in the order in which they are made. */
export const ROWS = [
  'static-bi-encoder',
  'features',
  'heads',
  'table',
  'teacher',
  'served',
  'vectors',
] as const
export type RowName = (typeof ROWS)[number]

/** Changes of the recipes, by stage: `{ table: { nearest: 8 } }`. */
export type Changes = Readonly<Record<string, object>>

const RUNS: Readonly<Record<RowName, string>> = {
  'static-bi-encoder': 'static-bi-encoder',
  features: 'features',
  heads: 'heads',
  table: 'table',
  teacher: 'score',
  served: 'quantize',
  vectors: 'vectors',
}
/** what a row needs, in order */
const NEEDS: Readonly<Record<RowName, readonly string[]>> = {
  'static-bi-encoder': ['static-bi-encoder'],
  features: [],
  heads: ['heads'],
  table: ['static-bi-encoder', 'heads', 'table'],
  teacher: ['static-bi-encoder', 'bag-of-words', 'heads', 'score'],
  served: ['static-bi-encoder', 'bag-of-words', 'heads', 'score', 'table', 'distil', 'convert', 'quantize'],
  vectors: [
    'static-bi-encoder',
    'bag-of-words',
    'heads',
    'score',
    'table',
    'distil',
    'convert',
    'quantize',
    'vectors',
  ],
}

/** stages that the others read nothing of, where few queries are judged and an encoder reads the documents */
const UNUSED = ['heads', 'static-bi-encoder', 'bag-of-words', 'score']
const READERS = ['table', 'distil']
/** those of them that a row is about */
const USED: Readonly<Record<RowName, readonly string[]>> = {
  'static-bi-encoder': ['static-bi-encoder'],
  features: [],
  heads: ['heads'],
  table: [],
  teacher: ['static-bi-encoder', 'bag-of-words', 'heads', 'score'],
  served: [],
  vectors: ['heads'],
}

export interface SplitToMeasure {
  /** folders of all queries: pairs, pseudo-queries, features */
  readonly base: string
  readonly home: string
  readonly parts: ReadonlyMap<string, Part>
  /** added to the seed of each recipe */
  readonly seed: number
  readonly rows: readonly RowName[]
  readonly changes: Changes
  /** numbers of judged queries that the table's weights are chosen on, a row each: the judgements differ, the log does not */
  readonly curve: readonly number[]
  /** stage -> folder, of a student that was made once for all splits; by default the split's own */
  readonly student?: ReadonlyMap<string, string>
}

/** By row, the quality of each test query; `bm25` is the first stage. */
export async function measureSplit(split: SplitToMeasure): Promise<Map<string, Map<string, QueryQuality>>> {
  const { base, home, parts, rows } = split
  const seeded = join(home, `seed-${split.seed}`)
  const leftOut = await leaveOut(base)
  const at = (name: string) => {
    if (name === 'pseudo-queries') return join(base, name)
    return split.student?.get(name) ?? join(name === 'pairs' || name === 'features' ? home : seeded, name)
  }
  await writeSplit(split, join(home, 'in'))
  await pairs({
    input: join(home, 'in'),
    out: at('pairs'),
    recipe: (await recipeOf('pairs', {})) as never,
  })
  const made = (folder: (name: string) => string) => ({
    pairs: folder('pairs'),
    pseudo: join(base, 'pseudo-queries'),
    out: folder('features'),
  })
  await shareFeatures(
    made((name) => join(base, name)),
    made(at),
  )
  const read = readPairs(at('pairs'))
  const few = isFewJudged(read) && hasVectors(at('features'))
  const isUnused = (name: string) => few && UNUSED.includes(name)
  const isWanted = (name: string) =>
    !split.student?.has(name) && (!isUnused(name) || rows.some((row) => USED[row].includes(name)))
  const readBy = (name: string) => (stage: { readonly name: string }) =>
    READERS.includes(name) && isUnused(stage.name) ? leftOut : at(stage.name)
  for (const name of [...new Set(rows.flatMap((row) => NEEDS[row]))].filter(isWanted))
    await runDefined(pipeline, findStage(pipeline, name), readBy(name), {
      recipe: await recipeOf(name, split.changes, split.seed),
    })
  const measured = new Map([['bm25', queryQualities(read.firstStage('test'), read.judgements, 10)]])
  for (const row of rows) {
    const run = readRun(join(at(RUNS[row]), 'runs', 'test.run'))
    measured.set(row, queryQualities(run, read.judgements, 10))
  }
  if (split.curve.length > 0) {
    const scores = await openTable(at('table'), read)
    for (const judged of split.curve)
      measured.set(`table/${judged}`, tableOn(scores, read, [...parts.keys()], judged))
  }
  read.close()
  for (const [row, qualities] of measured)
    for (const id of qualities.keys())
      if (parts.get(id) !== 'test')
        throw new RangeError(`${row} was measured on ${id}, which is no test query`)
  return measured
}

/** The decoder is left out: it takes minutes, and a teacher of its size adds nothing that can be measured on such sets. */
const WITHOUT_DECODER = {
  teachers: ['features', 'heads', 'bag-of-words', 'static-bi-encoder'].map((scores) => ({
    scores,
    weight: 'auto',
  })),
}

/** The form that its row is about; the recipe leaves it out. */
const WITH_VECTORS = { edge: { form: 'vectors' } }

/** The recipe for a user's own data, changed. */
export async function recipeOf(name: string, changes: Changes, seed = 0): Promise<object> {
  const { own = {} } = await recipesOf(findStage(pipeline, name))
  const recipe = { ...(own as { seed?: number }), ...(name === 'score' && WITHOUT_DECODER) }
  const seeded = { ...recipe, ...(recipe.seed !== undefined && { seed: recipe.seed + 100 * seed }) }
  return changed({ ...seeded, ...(name === 'vectors' && WITH_VECTORS) }, changes[name] ?? {})
}

/** An object with another's entries, whose objects are merged the same way; all else is replaced. */
function changed(recipe: object, change: object): object {
  const entries = Object.entries(change).map(([key, value]) => {
    const before: unknown = (recipe as Record<string, unknown>)[key]
    return [key, isPlain(before) && isPlain(value) ? changed(before, value) : value]
  })
  return { ...recipe, ...Object.fromEntries(entries) }
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

async function writeSplit({ base, parts }: SplitToMeasure, folder: string): Promise<void> {
  const all = readPairs(join(base, 'pairs'))
  mkdirSync(folder, { recursive: true })
  const queries = [...all.queries].flatMap(({ id, text }) => {
    const split = parts.get(id)
    return split === undefined ? [] : [{ id, text, split }]
  })
  const qrels = queries.flatMap(({ id }) =>
    [...all.judgements.get(id)!].map(([document, grade]) => `${id} 0 ${document} ${grade}\n`),
  )
  writeFileSync(join(folder, 'documents.jsonl'), toLines([...all.documents]))
  writeFileSync(join(folder, 'queries.jsonl'), toLines(queries))
  writeFileSync(join(folder, 'qrels.txt'), qrels.join(''))
  all.close()
}
