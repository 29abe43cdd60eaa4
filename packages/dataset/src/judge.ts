// Queries, splits and judgements out of what people judged and what they clicked. People's judgements go first; a query
// without them is graded by its clicks. No query text stands in two splits.
import { sha256 } from '@disranker/stage'
import { type LoggedPair, normaliseQuery } from './click-log.ts'
import { type Judged, splitOf } from './corpus.ts'
import type { ClickPair, Judgements, Query, Split } from './records.ts'

export interface GradeRecipe {
  /** weight (inverse-propensity clicks an impression) from which a clicked document has grade 1, 2, 3 */
  readonly fromWeight: readonly [number, number, number]
  /** a query needs this many impressions of its documents, or its clicks say too little to grade it */
  readonly minImpressions: number
}

export interface JudgedQueries {
  readonly queries: readonly Query[]
  readonly judgements: Judgements
  readonly clicks: readonly ClickPair[]
  /** queries dropped because their text also stands in a split that comes first */
  readonly leaks: number
}

/** a text that stands in several splits stays where it is hardest to replace */
const ORDER: readonly Split[] = ['test', 'validation', 'train', 'weak']

/** Brings queries of both kinds together. */
export function judge(judged: Judged, log: readonly LoggedPair[], recipe: GradeRecipe): JudgedQueries {
  const byKey = new Map<string, Query>()
  let leaks = 0
  for (const split of ORDER)
    for (const query of judged.queries.filter((query) => query.split === split)) {
      const key = normaliseQuery(query.text)
      const known = byKey.get(key)
      if (known === undefined) byKey.set(key, query)
      else if (known.split === split) byKey.set(`${key}\0${query.id}`, query)
      else leaks++
    }
  const logged = Map.groupBy(log, ({ key }) => key)
  // where people judged, clicks do not: a split has one kind of judgements
  const people = new Set(
    judged.queries.filter(({ id }) => judged.judgements.has(id)).map(({ split }) => split),
  )
  const judgements = new Map(judged.judgements)
  for (const [key, pairs] of logged) {
    const known = byKey.get(key)
    const query = known ?? {
      id: `q${sha256(key).slice(0, 16)}`,
      text: pairs[0]!.text,
      split: people.has(splitOf(key)) ? 'train' : splitOf(key),
    }
    if (judgements.has(query.id)) continue
    const grades = gradesByClicks(pairs, recipe)
    if (grades.size > 0) judgements.set(query.id, grades)
    if (known === undefined && (grades.size > 0 || query.split === 'train')) byKey.set(key, query)
  }
  const queries = [...byKey.values()]
  const kept = new Set(queries.map(({ id }) => id))
  return {
    queries,
    judgements: new Map([...judgements].filter(([id]) => kept.has(id))),
    clicks: [...logged].flatMap(([key, pairs]) => {
      const query = byKey.get(key)
      return query?.split === 'train'
        ? pairs.filter(({ clicks }) => clicks > 0).map((pair) => toClick(query, pair))
        : []
    }),
    leaks,
  }
}

/** What was shown and not clicked has grade 0 and stays in the judgements: it is known to be worse. */
function gradesByClicks(
  pairs: readonly LoggedPair[],
  { fromWeight, minImpressions }: GradeRecipe,
): Map<string, number> {
  const impressions = pairs.reduce((sum, pair) => sum + pair.impressions, 0)
  const grades = pairs.map(
    ({ document, weight }) => [document, fromWeight.filter((bound) => weight >= bound).length] as const,
  )
  return impressions >= minImpressions && grades.some(([, grade]) => grade > 0) ? new Map(grades) : new Map()
}

const toClick = (query: Query, { document, weight, clicks, impressions }: LoggedPair): ClickPair => ({
  query: query.id,
  document,
  weight: Number(weight.toFixed(5)),
  clicks,
  impressions,
})
