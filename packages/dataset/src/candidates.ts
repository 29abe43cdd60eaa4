// What models score: what the first stage finds; for queries to learn from, the judged documents and a few random ones
// too.
import type { Bm25 } from '@disranker/lexical'
import type { Document, Judgements, Query, Run, Scored } from './records.ts'
import { seededSampler } from './seeded-sampler.ts'

export interface CandidatesRecipe {
  readonly seed: number
  /** documents of the first stage for validation and test: what is reranked */
  readonly rerank: number
  readonly train: TrainingCandidates
  /** the same for a weak query, and how many weak queries get candidates at all */
  readonly weak: TrainingCandidates & { readonly queries: number }
}

export interface TrainingCandidates {
  /** how many documents of the first stage to take, */
  readonly first: number
  /** and out of how many: spread over all of them, the upper ranks denser */
  readonly depth: number
  /** random documents beside them */
  readonly random: number
}

/** The first stage alone. */
export function firstStageRun(
  bm25: Bm25,
  documents: readonly Document[],
  queries: readonly Query[],
  depth: number,
): Run {
  return new Map(
    queries.map(({ id, text }) => [
      id,
      bm25
        .search(text, depth)
        .map(({ index, score }): Scored => ({ document: documents[index]!.id, score: round(score) })),
    ]),
  )
}

/** The first stage, the judged documents above grade 0 of the highest grade, and random ones (score 0). */
export function trainingRun(
  bm25: Bm25,
  documents: readonly Document[],
  queries: readonly Query[],
  judgements: Judgements,
  { first, depth, random, seed }: TrainingCandidates & { readonly seed: number },
): Run {
  return new Map(
    queries.map(({ id, text }) => {
      const sampler = seededSampler(seed, id)
      const rows = spread(bm25.search(text, depth), first).map(({ index, score }) => ({
        document: documents[index]!.id,
        score: round(score),
      }))
      const there = new Set(rows.map(({ document }) => document))
      const add = (document: string) => {
        if (there.has(document)) return
        there.add(document)
        rows.push({ document, score: 0 })
      }
      const grades = judgements.get(id) ?? new Map<string, number>()
      const top = Math.max(0, ...grades.values())
      for (const [document, grade] of grades) if (grade > 0 && grade === top) add(document)
      for (let i = 0; i < random; i++) add(documents[sampler.integer(documents.length)]!.id)
      return [id, rows]
    }),
  )
}

/** `count` of the items, at ranks that grow as i^1.5: where the first stage errs most, most are taken. */
export function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items
  const ranks = new Set<number>()
  for (let i = 0; i < count; i++) {
    let rank = Math.floor((i / count) ** 1.5 * items.length)
    while (ranks.has(rank)) rank++
    ranks.add(rank)
  }
  return [...ranks].map((rank) => items[rank]!)
}

/** The same `count` queries for the same seed. */
export function sampleQueries(queries: readonly Query[], count: number, seed: number): Query[] {
  const drawn = queries.map((query, index) => ({
    index,
    order: seededSampler(seed, `sample ${query.id}`).uniform(),
  }))
  const chosen = new Set(
    drawn
      .sort((a, b) => a.order - b.order)
      .slice(0, count)
      .map(({ index }) => index),
  )
  return queries.filter((_, index) => chosen.has(index))
}

const round = (score: number) => Number(score.toFixed(4))
