// A click model for the doubly robust estimate: the click rate of a position, times the ratio of a document's
// clicks to those of others at its positions. The model for one half of the units is learned from the
// searches of the other half, so that no search is predicted from itself.
import { shareOf } from '@disranker/experiments'

export interface LoggedSearch {
  readonly unit: string
  readonly query: string
  readonly shown: readonly string[]
  readonly clicked: ReadonlySet<string>
}

/** @returns the probability of a click on the document at a position */
export type ClickModel = (
  search: Pick<LoggedSearch, 'unit' | 'query'>,
  document: string,
  position: number,
) => number

/** prior of a document, in expected clicks at the mean rate */
const PRIOR = 1

const halfOf = (unit: string): 0 | 1 => (shareOf('click rates', unit) < 0.5 ? 0 : 1)

export function clickRates(searches: readonly LoggedSearch[]): ClickModel {
  const halves = [0, 1].map((half) => learn(searches.filter(({ unit }) => halfOf(unit) === half)))
  return ({ unit, query }, document, position) => halves[1 - halfOf(unit)]!(query, document, position)
}

function learn(
  searches: readonly LoggedSearch[],
): (query: string, document: string, position: number) => number {
  const shownAt: number[] = []
  const clickedAt: number[] = []
  for (const { shown, clicked } of searches)
    for (const [at, document] of shown.entries()) {
      shownAt[at] = (shownAt[at] ?? 0) + 1
      clickedAt[at] = (clickedAt[at] ?? 0) + (clicked.has(document) ? 1 : 0)
    }
  const rate = (position: number) => (clickedAt[position] ?? 0) / Math.max(1, shownAt[position] ?? 0)
  const documents = new Map<string, { clicks: number; expected: number }>()
  const keyOf = (query: string, document: string) => JSON.stringify([query, document])
  for (const { query, shown, clicked } of searches)
    for (const [at, document] of shown.entries()) {
      const key = keyOf(query, document)
      const found = documents.get(key) ?? { clicks: 0, expected: 0 }
      documents.set(key, found)
      found.expected += rate(at)
      if (clicked.has(document)) found.clicks++
    }
  return (query, document, position) => {
    const { clicks, expected } = documents.get(keyOf(query, document)) ?? { clicks: 0, expected: 0 }
    return Math.min(1, (rate(position) * (clicks + PRIOR)) / (expected + PRIOR))
  }
}
