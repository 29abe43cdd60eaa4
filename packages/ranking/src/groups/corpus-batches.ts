// Batches for a softmax over the corpus: train and weak queries, each with a distribution over documents from
// its grades. The softmax covers all documents if there are few; otherwise the graded ones of a step, their
// candidates and random ones.
import type { Pairs } from '@disranker/dataset'
import { epochs, type Random } from '@disranker/engine'
import { InputError } from '@disranker/stage'

export interface CorpusBatches {
  /** number of queries in an epoch */
  readonly length: number
  /** The queries of a step and the documents in their softmax. */
  draw(step: number, random: Random): CorpusStep
}

export interface CorpusStep {
  /** texts of the queries, and their numbers */
  readonly queries: readonly string[]
  readonly queryNumbers: readonly number[]
  /** numbers of the documents */
  readonly documents: Int32Array
  /** [queries * documents]: the target distribution of each query; rows sum to 1 */
  readonly wanted: Float32Array
}

export interface CorpusBatchOptions {
  readonly seed: number
  /** queries a step */
  readonly batch: number
  /** maximal number of documents in a step */
  readonly documents: number
  /** how often a train query is used for each use of a weak one */
  readonly trainTimes: number
  /** the gain of a document of each grade */
  readonly gains: readonly number[]
  /** whether a query is used, by its number; all by default */
  readonly takes?: (query: number) => boolean
}

/** @throws {InputError} when no train query has a document with a gain */
export function createCorpusBatches(pairs: Pairs, options: CorpusBatchOptions): CorpusBatches {
  const { seed, batch, trainTimes, gains, takes = () => true } = options
  const gainsOf = gainsIn(pairs, gains)
  const numbers: number[] = []
  let number = 0
  for (const { id, split } of pairs.queries) {
    const times = split === 'train' ? trainTimes : split === 'weak' ? 1 : 0
    if (times > 0 && takes(number) && gainsOf(id).length > 0)
      for (let i = 0; i < times; i++) numbers.push(number)
    number++
  }
  if (numbers.length === 0)
    throw new InputError(
      'No train query has a judged document: there is nothing to learn. Look at out/pairs.',
    )
  const at = epochs(numbers.length, seed)
  const draw = documentsOf(pairs, options.documents)
  return {
    length: numbers.length,
    draw(step, random) {
      const queryNumbers = Array.from({ length: batch }, (_, i) => numbers[at(step * batch + i)]!)
      const queries = queryNumbers.map((number) => pairs.queries.at(number))
      const graded = queries.map(({ id }) => gainsOf(id))
      const documents = draw(
        queries.map(({ id }) => id),
        graded.map((list) => list.map(({ document }) => document)),
        random,
      )
      const place = new Map([...documents].map((document, column) => [document, column]))
      const wanted = new Float32Array(batch * documents.length)
      for (const [row, list] of graded.entries()) {
        const there = list.filter(({ document }) => place.has(document))
        const sum = there.reduce((total, { gain }) => total + gain, 0)
        for (const { document, gain } of there)
          wanted[row * documents.length + place.get(document)!] = gain / sum
      }
      return { queries: queries.map(({ text }) => text), queryNumbers, documents, wanted }
    },
  }
}

/** The documents of a query with a gain, by their numbers, the best first. */
function gainsIn(
  { judgements, documents }: Pick<Pairs, 'judgements' | 'documents'>,
  gains: readonly number[],
) {
  return (query: string) =>
    [...(judgements.get(query) ?? [])]
      .map(([document, grade]) => ({
        document: documents.numberOf(document),
        gain: gains[grade] ?? gains.at(-1) ?? 0,
      }))
      .filter(({ gain }) => gain > 0)
      .sort((a, b) => b.gain - a.gain)
}

/**
 * A function that returns a query's distribution over documents from its grades, by document number; empty
 * without a grade.
 */
export function gradeShares(
  pairs: Pick<Pairs, 'judgements' | 'documents'>,
  gains: readonly number[],
): (query: string) => ReadonlyMap<number, number> {
  const gainsOf = gainsIn(pairs, gains)
  return (query) => {
    const list = gainsOf(query)
    const sum = list.reduce((total, { gain }) => total + gain, 0)
    return new Map(list.map(({ document, gain }) => [document, gain / sum]))
  }
}

/** Draws the documents of a step: all if they fit, else the best of each query first. */
function documentsOf({ documents, candidates }: Pairs, most: number) {
  const all = Int32Array.from({ length: Math.min(most, documents.length) }, (_, number) => number)
  if (documents.length <= most) return () => all
  const [train, weak] = [candidates('train'), candidates('weak')]
  return (queries: readonly string[], graded: readonly (readonly number[])[], random: Random): Int32Array => {
    const chosen = new Set<number>()
    const deepest = Math.max(...graded.map(({ length }) => length))
    for (let rank = 0; rank < deepest; rank++)
      for (const list of graded) if (rank < list.length && chosen.size < most) chosen.add(list[rank]!)
    for (const query of queries)
      for (const { document } of train.get(query) ?? weak.get(query) ?? [])
        if (chosen.size < most) chosen.add(documents.numberOf(document))
    while (chosen.size < most) chosen.add(random.integer(documents.length))
    return Int32Array.from(chosen)
  }
}
