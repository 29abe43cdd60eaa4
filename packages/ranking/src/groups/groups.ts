// Draws the groups of a ranking loss: one query with a handful of its documents and their grades. A group has
// a document of the highest grade, one of a middle grade if there is one, first-stage documents that are hard
// to distinguish from it, documents that other queries like (so that popularity alone does not win), and
// random ones. Students draw from the candidates alone, because a teacher has scored no others: labels and
// scores then teach the same groups. With a teacher, groups may also have ungraded queries, and be spread
// over the teacher's scores.
import {
  byPopularity,
  type Document,
  type Numbering,
  type Pairs,
  type Query,
  type Sampler,
  type Scored,
} from '@disranker/dataset'
import { InputError } from '@disranker/stage'
import type { GroupOptions, ScoredGroupOptions } from '../recipe/recipe-parts.ts'

export interface Group {
  readonly query: Query
  readonly documents: readonly Document[]
  /** NaN for an ungraded query */
  readonly grades: readonly number[]
}

interface Source {
  /** documents of the query's highest grade, then those of lower grades above 0 */
  readonly best: readonly string[]
  readonly middle: readonly string[]
  /** candidates except the best: first-stage results, and the added documents */
  readonly hard: readonly string[]
  readonly easy: readonly string[]
  readonly grades: ReadonlyMap<string, number>
}

/**
 * Prepares to draw groups from the train queries, and from the weak and ungraded ones by their shares.
 * @param scoresOf a teacher's scores of a query's documents, in their order; needed for strata
 * @returns a function that draws one group; equal random numbers give equal groups
 * @throws {InputError} when no train query has a document with a grade above 0
 */
export function createGroups(
  pairs: Pairs,
  options: ScoredGroupOptions,
  scoresOf?: (query: string, documents: readonly string[]) => readonly number[],
): (random: Sampler) => Group {
  const { documents, queries } = pairs
  const { weakShare, unlabelledShare = 0 } = options
  const within = isWithin(options)
  const train = gatherSources(pairs, 'train', within)
  const weak = gatherSources(pairs, 'weak', within)
  const unlabelled = unlabelledShare > 0 ? gatherSources(pairs, 'unlabelled', true) : NONE
  if (train.numbers.length === 0)
    throw new InputError(
      'No train query has a document with a grade above 0: there is nothing to rank. Look at what `npx turbo run pairs` said.',
    )
  if (options.strata !== undefined && scoresOf === undefined)
    throw new InputError(
      `The groups of the recipe have ${options.strata} strata, and this stage has no teacher's scores. Fix the recipe.`,
    )
  const popular = popularity(train, pairs)
  const choose = (random: Sampler) => {
    if (unlabelled.numbers.length > 0 && random.uniform() < unlabelledShare) return unlabelled
    return weak.numbers.length > 0 && random.uniform() < weakShare ? weak : train
  }
  return (random) => {
    const from = choose(random)
    const number = from.numbers[random.integer(from.numbers.length)]!
    const id = queries.idOf(number)
    const source = from.source(id)!
    const { strata: count } = options
    const strata =
      count === undefined
        ? undefined
        : (ids: readonly string[]) => stratify(ids, count, (some) => scoresOf!(id, some))
    const graded = from !== unlabelled
    const ids = drawDocuments(
      source,
      documents,
      popular,
      { ...options, within: within || !graded, strata },
      random,
    )
    return {
      query: queries.at(number),
      documents: ids.map((id) => documents.get(id)!),
      grades: ids.map((id) => source.grades.get(id) ?? (graded ? 0 : Number.NaN)),
    }
  }
}

/** Whether every document of a group is a candidate. */
const isWithin = ({ hardShare, easyShare = 0 }: GroupOptions) => hardShare + easyShare > 1 - 1e-9

interface Sources {
  /** numbers of the queries with a source document */
  readonly numbers: Int32Array
  /** made again for each use: all of them at once would not fit for a large log */
  source(query: string): Source | undefined
}

const NONE: Sources = { numbers: new Int32Array(), source: () => undefined }

function gatherSources(pairs: Pairs, kind: 'train' | 'weak' | 'unlabelled', within: boolean): Sources {
  const split = kind === 'weak' ? 'weak' : 'train'
  const candidates = pairs.candidates(split)
  const source = (query: string): Source | undefined => {
    const rows = candidates.get(query) ?? []
    const listed = rows.map((row) => row.document)
    const allowed = within ? new Set(listed) : pairs.documents
    const all = pairs.judgements.get(query) ?? new Map<string, number>()
    if (kind === 'unlabelled') {
      // a single document has nothing to be compared with
      if (listed.length < 2 || [...all.values()].some((grade) => grade > 0)) return undefined
      return { best: [], middle: [], ...byOrigin(rows), grades: all }
    }
    const grades = new Map([...all].filter(([id, grade]) => grade > 0 && allowed.has(id)))
    const top = Math.max(...grades.values())
    const best = [...grades].filter(([, grade]) => grade === top).map(([id]) => id)
    const middle = [...grades].filter(([, grade]) => grade < top).map(([id]) => id)
    const others = rows.filter(({ document }) => !best.includes(document))
    return best.length > 0 ? { best, middle, ...byOrigin(others), grades } : undefined
  }
  const numbers: number[] = []
  let number = 0
  for (const query of pairs.queries) {
    // weak queries without candidates are left out: a group of random documents teaches little
    if (query.split === split && (kind === 'train' || candidates.has(query.id)) && source(query.id))
      numbers.push(number)
    number++
  }
  return { numbers: Int32Array.from(numbers), source }
}

/** The first-stage results, and the documents that the pairs stage added. */
function byOrigin(rows: readonly Scored[]): Pick<Source, 'hard' | 'easy'> {
  const of = (wanted: boolean) =>
    rows.filter(({ added = false }) => added === wanted).map(({ document }) => document)
  return { hard: of(false), easy: of(true) }
}

/** `count` parts of the documents, of equal size, the highest scores first. */
export function stratify(
  documents: readonly string[],
  count: number,
  scoresOf: (documents: readonly string[]) => readonly number[],
): string[][] {
  const scores = scoresOf(documents)
  const order = documents.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const parts = Math.min(count, documents.length)
  return Array.from({ length: parts }, (_, part) =>
    order
      .slice(Math.floor((part * order.length) / parts), Math.floor(((part + 1) * order.length) / parts))
      .map((i) => documents[i]!),
  )
}

/** Documents that are the best of a query. */
function popularity(
  { numbers, source }: Sources,
  { queries, documents }: Pairs,
): (random: Sampler) => string {
  const counts = new Map<number, number>()
  for (const query of numbers)
    for (const id of source(queries.idOf(query))!.best) {
      const document = documents.numberOf(id)
      counts.set(document, (counts.get(document) ?? 0) + 1)
    }
  const list = byPopularity(counts)
  return (random) => documents.idOf(list[random.integer(list.length)]!)
}

function drawDocuments(
  source: Source,
  all: Numbering,
  popular: (random: Sampler) => string,
  {
    size,
    hardShare,
    easyShare,
    popularShare,
    within,
    strata,
  }: GroupOptions & {
    readonly within: boolean
    readonly strata: ((ids: readonly string[]) => readonly string[][]) | undefined
  },
  random: Sampler,
): string[] {
  const { best, middle, hard, easy } = source
  const drawn = new Set<string>()
  if (best.length > 0) drawn.add(pick(best, random))
  if (middle.length > 0) drawn.add(pick(middle, random))
  // every kind has a bounded number of tries, because there may be few documents
  const add = (count: number, draw: () => string) => {
    const wanted = Math.min(size, drawn.size + count)
    for (let tries = 8 * size; drawn.size < wanted && tries > 0; tries--) {
      const id = draw()
      if (!best.includes(id)) drawn.add(id)
    }
  }
  const listed = [...hard, ...easy]
  if (strata) {
    const parts = strata(listed.filter((id) => !drawn.has(id)))
    let turn = random.integer(Math.max(1, parts.length))
    if (parts.length > 0) add(size, () => pick(parts[turn++ % parts.length]!, random))
    return [...drawn].slice(0, size)
  }
  const found = easyShare === undefined ? listed : hard
  // the candidates are already denser in the upper ranks
  if (found.length > 0) add(Math.round((size - 1) * hardShare), () => pick(found, random))
  if (easyShare !== undefined && easy.length > 0)
    add(Math.round((size - 1) * easyShare), () => pick(easy, random))
  if (within) {
    // one kind may have too few documents
    if (listed.length > 0) add(size, () => pick(listed, random))
    return [...drawn].slice(0, size)
  }
  add(Math.round((size - 1) * popularShare), () => popular(random))
  add(size, () => all.idOf(random.integer(all.length)))
  return [...drawn]
}

const pick = <T>(items: readonly T[], random: Sampler): T => items[random.integer(items.length)]!
