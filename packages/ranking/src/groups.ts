// What a ranking loss learns from: one query with a handful of its documents and their grades. A group holds a
// document of the highest grade, one of a middle grade where there is one, first-stage documents that are hard to
// tell from it, documents that other queries like (so that popularity alone does not win), and random ones. Students
// draw from the candidates alone, since a teacher has scored no others: labels and scores then teach the same groups.
import type { Document, Numbering, Pairs, Query, Sampler } from '@disranker/dataset'
import { InputError } from '@disranker/stage'

export interface GroupOptions {
  /** documents a group, at least 2 */
  readonly size: number
  /** share of the other documents taken from the candidates; 1: every document of a group is a candidate */
  readonly hardShare: number
  /** share of the other documents taken by popularity: the square root of how many queries they answer */
  readonly popularShare: number
  /** share of the groups drawn from weak queries */
  readonly weakShare: number
}

export interface Group {
  readonly query: Query
  readonly documents: readonly Document[]
  readonly grades: readonly number[]
}

interface Source {
  /** documents of the query's highest grade, then those of lower grades above 0 */
  readonly best: readonly string[]
  readonly middle: readonly string[]
  readonly hard: readonly string[]
  readonly grades: ReadonlyMap<string, number>
}

/**
 * Prepares to draw groups from the train queries, and from the weak ones by `weakShare`.
 * @returns a function that draws one group; equal random numbers give equal groups
 * @throws {InputError} when no train query has a document with a grade above 0
 */
export function createGroups(pairs: Pairs, options: GroupOptions): (random: Sampler) => Group {
  const { documents, queries } = pairs
  const within = options.hardShare === 1
  const train = gatherSources(pairs, 'train', within)
  const weak = gatherSources(pairs, 'weak', within)
  if (train.numbers.length === 0)
    throw new InputError(
      'No train query has a document with a grade above 0: there is nothing to rank. Look at what `npx turbo run pairs` said.',
    )
  const popular = popularity(train, pairs)
  return (random) => {
    const from = weak.numbers.length > 0 && random.uniform() < options.weakShare ? weak : train
    const number = from.numbers[random.integer(from.numbers.length)]!
    const source = from.source(queries.idOf(number))!
    const ids = drawDocuments(source, documents, popular, options, random)
    return {
      query: queries.at(number),
      documents: ids.map((id) => documents.get(id)!),
      grades: ids.map((id) => source.grades.get(id) ?? 0),
    }
  }
}

interface Sources {
  /** numbers of the queries that have a source */
  readonly numbers: Int32Array
  /** made anew each time: all of them at once would not fit for a large log */
  source(query: string): Source | undefined
}

function gatherSources(pairs: Pairs, split: 'train' | 'weak', within: boolean): Sources {
  const candidates = pairs.candidates(split)
  const source = (query: string): Source | undefined => {
    const listed = (candidates.get(query) ?? []).map((row) => row.document)
    const allowed = within ? new Set(listed) : pairs.documents
    const all = pairs.judgements.get(query) ?? new Map<string, number>()
    const grades = new Map([...all].filter(([id, grade]) => grade > 0 && allowed.has(id)))
    const top = Math.max(...grades.values())
    const best = [...grades].filter(([, grade]) => grade === top).map(([id]) => id)
    const middle = [...grades].filter(([, grade]) => grade < top).map(([id]) => id)
    const hard = listed.filter((id) => !best.includes(id))
    return best.length > 0 ? { best, middle, hard, grades } : undefined
  }
  const numbers: number[] = []
  let number = 0
  for (const query of pairs.queries) {
    // weak queries without candidates are left out: a group of random documents teaches little
    if (query.split === split && (split === 'train' || candidates.has(query.id)) && source(query.id))
      numbers.push(number)
    number++
  }
  return { numbers: Int32Array.from(numbers), source }
}

/** Documents that are the best of a query, each as often as the square root of how many. */
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
  const times = [...counts].map(([document, count]) => [document, Math.ceil(Math.sqrt(count))] as const)
  const list = new Int32Array(times.reduce((sum, [, times]) => sum + times, 0))
  let at = 0
  for (const [document, count] of times) {
    list.fill(document, at, at + count)
    at += count
  }
  return (random) => documents.idOf(list[random.integer(list.length)]!)
}

function drawDocuments(
  source: Source,
  all: Numbering,
  popular: (random: Sampler) => string,
  { size, hardShare, popularShare }: GroupOptions,
  random: Sampler,
): string[] {
  const drawn = new Set([pick(source.best, random)])
  if (source.middle.length > 0) drawn.add(pick(source.middle, random))
  // every kind has a bounded number of tries: few documents may be all there are
  const add = (count: number, draw: () => string) => {
    const wanted = Math.min(size, drawn.size + count)
    for (let tries = 8 * size; drawn.size < wanted && tries > 0; tries--) {
      const id = draw()
      if (!source.best.includes(id)) drawn.add(id)
    }
  }
  const { hard } = source
  // the candidates are denser in the upper ranks already
  if (hard.length > 0) add(Math.round((size - 1) * hardShare), () => pick(hard, random))
  if (hardShare === 1) return [...drawn].slice(0, size)
  add(Math.round((size - 1) * popularShare), () => popular(random))
  add(size, () => all.idOf(random.integer(all.length)))
  return [...drawn]
}

const pick = <T>(items: readonly T[], random: Sampler): T => items[random.integer(items.length)]!
