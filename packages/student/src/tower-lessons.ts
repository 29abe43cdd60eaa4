// What the towers learn from: train and weak queries, each with how its grades share out the probability over documents. A
// softmax goes over all documents where there are few; over the graded ones of a step, their candidates and random ones where
// there are many.
import type { Pairs } from '@disranker/dataset'
import { epochs, type Random } from '@disranker/engine'
import { InputError } from '@disranker/stage'

export interface TowerLessons {
  /** queries that are gone through in an epoch */
  readonly length: number
  /** The queries of a step and the documents that they are told apart from. */
  draw(step: number, random: Random): TowerStep
}

export interface TowerStep {
  /** texts of the queries */
  readonly queries: readonly string[]
  /** numbers of the documents */
  readonly documents: Int32Array
  /** [queries * documents]: how a query's probability is shared out; rows sum to 1 */
  readonly wanted: Float32Array
}

export interface LessonOptions {
  readonly seed: number
  /** queries a step */
  readonly batch: number
  /** documents a step, at most */
  readonly documents: number
  /** times a train query comes for each time a weak one does */
  readonly trainTimes: number
  /** what a document of each grade is worth */
  readonly gains: readonly number[]
}

/** @throws {InputError} when no train query has a document with a gain */
export function createTowerLessons(pairs: Pairs, options: LessonOptions): TowerLessons {
  const { seed, batch, trainTimes, gains } = options
  const gainsOf = (query: string) =>
    [...(pairs.judgements.get(query) ?? [])]
      .map(([document, grade]) => ({
        document: pairs.documents.numberOf(document),
        gain: gains[grade] ?? gains.at(-1) ?? 0,
      }))
      .filter(({ gain }) => gain > 0)
      .sort((a, b) => b.gain - a.gain)
  const lessons: number[] = []
  let number = 0
  for (const { id, split } of pairs.queries) {
    const times = split === 'train' ? trainTimes : split === 'weak' ? 1 : 0
    if (times > 0 && gainsOf(id).length > 0) for (let i = 0; i < times; i++) lessons.push(number)
    number++
  }
  if (lessons.length === 0)
    throw new InputError(
      'No train query has a judged document: there is nothing to learn. Look at out/pairs.',
    )
  const at = epochs(lessons.length, seed)
  const draw = documentsOf(pairs, options.documents)
  return {
    length: lessons.length,
    draw(step, random) {
      const queries = Array.from({ length: batch }, (_, i) =>
        pairs.queries.at(lessons[at(step * batch + i)]!),
      )
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
      return { queries: queries.map(({ text }) => text), documents, wanted }
    },
  }
}

/** Draws the documents of a step: all where there is room, else the best of each query first. */
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
