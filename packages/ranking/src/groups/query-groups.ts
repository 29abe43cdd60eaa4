// Groups queries that must be in one fold: those of one topic, which users only reworded. Two queries are in
// one group when they have the same words, or when most of the right documents of one are right for the
// other; groups with a common query are joined.
import type { Judgements } from '@disranker/dataset'
import { words } from '@disranker/lexical'

/** minimal share of the documents right for either query that are right for both */
const SHARED = 0.5
/**
 * maximal number of queries with the same right document for it to show that they are alike: above, it is a
 * popular document
 */
const POPULAR = 40

/** @returns one key per query: the key of its group's first query */
export function groupQueries(
  queries: readonly { readonly id: string; readonly text: string }[],
  judgements: Pick<Judgements, 'get'>,
): string[] {
  const parent = queries.map((_, at) => at)
  const root = (at: number): number => {
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
    return at
  }
  const join = (a: number, b: number) => {
    const [one, other] = [root(a), root(b)]
    parent[Math.max(one, other)] = Math.min(one, other)
  }
  const right = queries.map(({ id }) => rightFor(judgements.get(id)))
  const byWords = new Map<string, number>()
  const byDocument = new Map<string, number[]>()
  for (const [at, { text }] of queries.entries()) {
    const key = [...new Set(words(text))].sort().join(' ')
    const same = byWords.get(key)
    if (same === undefined) byWords.set(key, at)
    else if (key !== '') join(same, at)
    for (const document of right[at]!) {
      const others = byDocument.get(document) ?? []
      byDocument.set(document, others)
      if (others.length < POPULAR)
        for (const other of others) if (alike(right[at]!, right[other]!)) join(other, at)
      others.push(at)
    }
  }
  return queries.map((_, at) => queries[root(at)]!.id)
}

function rightFor(grades: ReadonlyMap<string, number> | undefined): ReadonlySet<string> {
  const highest = Math.max(0, ...(grades?.values() ?? []))
  return new Set(
    [...(grades ?? [])].flatMap(([document, grade]) => (grade > 0 && grade === highest ? [document] : [])),
  )
}

function alike(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  let shared = 0
  for (const document of one) if (other.has(document)) shared++
  return shared / (one.size + other.size - shared) > SHARED
}
