// A shop with planted truth: the meaning of each query, the results of its first stage, and the clicks of
// users. Users look at the top of a list more than at its end, and click by how well a document answers their
// query.
import { uniformsOf } from '@disranker/experiments'
import { documents, queries } from '../tiny/corpus.ts'

export { documents }

export type PlantedQuery = (typeof queries)[number]

/** queries that users send from the beginning, and those that only the last look at the rankings sends */
export const asked = queries.filter(({ split }) => split !== 'test')
export const heldOut = queries.filter(({ split }) => split === 'test')

/** probability of a click on a document that was looked at, by its grade */
const ATTRACTION: Readonly<Record<number, number>> = { 0: 0.04, 1: 0.2, 3: 0.75 }
const FOUND = 10

const gradeOf = ({ judgements }: PlantedQuery, document: string) => judgements.get(document) ?? 0

/** The documents that a first stage finds, in no order: those of the same thing, and others. */
export function firstStage({ judgements }: PlantedQuery, uniform: () => number): readonly string[] {
  const found = new Set(judgements.keys())
  while (found.size < FOUND) found.add(documents[Math.floor(uniform() * documents.length)]!.id)
  return [...found]
    .map((id) => ({ id, at: uniform() }))
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id)
}

/** Positions that a user clicks on, from 0. */
export function clicksOn(
  query: PlantedQuery,
  shown: readonly string[],
  uniform: () => number,
): readonly number[] {
  return shown.flatMap((id, position) =>
    uniform() < ATTRACTION[gradeOf(query, id)]! / (1 + 0.4 * position) ? [position] : [],
  )
}

/** nDCG of a list by the planted grades, with gains 2^grade - 1. */
export function plantedNdcg(query: PlantedQuery, shown: readonly string[]): number {
  const dcg = (grades: readonly number[]) =>
    grades.reduce((sum, grade, position) => sum + (2 ** grade - 1) / Math.log2(position + 2), 0)
  const grades = shown.map((id) => gradeOf(query, id))
  return dcg(grades) / dcg(grades.toSorted((a, b) => b - a))
}

/** The same first stage of each held-out query, whichever model ranks it. */
export const heldOutLists = (): readonly {
  readonly query: PlantedQuery
  readonly found: readonly string[]
}[] => heldOut.map((query) => ({ query, found: firstStage(query, uniformsOf(`held out ${query.id}`)) }))
