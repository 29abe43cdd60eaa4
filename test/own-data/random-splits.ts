// Random splits of judged queries, so that a figure does not hang on one of them: near-duplicates and queries of one topic are in one
// split together.
import type { Judgements } from '@disranker/dataset'
import { seededBy } from '@disranker/engine'
import { groupQueries } from '@disranker/ranking'

export interface JudgedText {
  readonly id: string
  readonly text: string
}

export type Part = 'train' | 'validation' | 'test'

export interface SplitOptions {
  readonly seed: number
  /** shares of the judged queries; the rest is for training */
  readonly test: number
  readonly validation: number
  /** most train and validation queries together: the others of them are left out, for a learning curve */
  readonly judged?: number
}

/** @returns the part of each query by its id; a query that is left out has none */
export function splitQueries(
  queries: readonly JudgedText[],
  judgements: Pick<Judgements, 'get'>,
  { seed, test, validation, judged = Number.POSITIVE_INFINITY }: SplitOptions,
): Map<string, Part> {
  const keys = groupQueries(queries, judgements)
  const groups = new Map<string, string[]>()
  for (const [at, { id }] of queries.entries()) groups.set(keys[at]!, [...(groups.get(keys[at]!) ?? []), id])
  const order = shuffled([...groups.values()], seed).flat()
  const measured = order.slice(0, Math.round(test * order.length))
  const learned = order.slice(measured.length).slice(0, judged)
  const held = Math.max(1, Math.round((learned.length * validation) / (1 - test)))
  return new Map([
    ...measured.map((id) => [id, 'test'] as const),
    ...learned.map((id, at) => [id, at < held ? 'validation' : 'train'] as const),
  ])
}

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededBy(seed, 'splits of queries')
  const left = [...items]
  return items.map(() => left.splice(random.integer(left.length), 1)[0]!)
}
