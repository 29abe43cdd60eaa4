// What models score: what the first stage finds; for queries to learn from, the judged documents and a few random ones
// too.
import type { Bm25 } from '@disranker/tokenizer'
import type { Document, Judgements, Query, Run, Scored } from './records.ts'
import { seededSampler } from './seeded-sampler.ts'

export interface CandidatesRecipe {
  readonly seed: number
  /** documents of the first stage for validation and test: what is reranked */
  readonly rerank: number
  /** documents of the first stage for a train query, and random ones beside them */
  readonly train: { readonly first: number; readonly random: number }
  /** the same for a weak query, and how many weak queries get candidates at all */
  readonly weak: { readonly first: number; readonly random: number; readonly queries: number }
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
  { first, random, seed }: { readonly first: number; readonly random: number; readonly seed: number },
): Run {
  return new Map(
    queries.map(({ id, text }) => {
      const sampler = seededSampler(seed, id)
      const rows = bm25
        .search(text, first)
        .map(({ index, score }) => ({ document: documents[index]!.id, score: round(score) }))
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
