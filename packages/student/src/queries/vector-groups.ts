// Groups that teachers with vectors have scored: one query of the log or cut from a document, and documents
// from all depths of the teacher's order. Their number is unlimited, even if a log has few queries.
import type { Pairs } from '@disranker/dataset'
import { type Random, seededBy } from '@disranker/engine'
import { standardOf } from '@disranker/ranking'
import type { ScoredGroup } from '../network/train-student.ts'
import { corpusLogits } from '../table/table-steps.ts'
import { createQueryDraw, type VectorQueries, type VectorQuery } from './vector-queries.ts'

/** number of groups from which mean and deviation of the teacher's scores are estimated */
const SAMPLE = 200
/**
 * depths of the teacher's order from which documents are drawn in rotation; the last one is the whole corpus
 */
const DEPTHS = [5, 20, 100, Number.POSITIVE_INFINITY] as const

/**
 * @param size documents of a group
 * @param pseudoShare share of the queries that were cut from documents
 * @returns a function that draws a group; equal random numbers give equal groups
 */
export function createVectorGroups(
  pairs: Pairs,
  vectors: VectorQueries,
  { size, pseudoShare, seed }: { readonly size: number; readonly pseudoShare: number; readonly seed: number },
): (random: Random) => ScoredGroup {
  const drawQuery = createQueryDraw(pairs, vectors)
  const drawRaw = (random: Random) => {
    const query = drawQuery(random.uniform() >= pseudoShare, random)
    const logits = corpusLogits([query.vector], vectors.teacher)
    const numbers = drawDocuments(query, logits, pairs, size, random)
    return { query, numbers, logits: numbers.map((number) => logits[number]!) }
  }
  const random = seededBy(seed, 'taught groups')
  const sample = Array.from({ length: SAMPLE }, () => drawRaw(random).logits).flat()
  const { mean, deviation } = standardOf(() => sample)
  return (random) => {
    const { query, numbers, logits } = drawRaw(random)
    const { id = '', text } = query
    return {
      query: { id, text, split: 'train' },
      documents: numbers.map((number) => pairs.documents.at(number)),
      grades: numbers.map(() => Number.NaN),
      scores: logits.map((logit) => (logit - mean) / deviation),
    }
  }
}

/** The document that a query was cut from, then documents of each depth in rotation, by their numbers. */
function drawDocuments(
  { document }: VectorQuery,
  logits: Float32Array,
  { documents }: Pairs,
  size: number,
  random: Random,
): number[] {
  const order = highestFirst(logits, Math.min(logits.length, DEPTHS.at(-2)!))
  const drawn = new Set<number>()
  const own = document === undefined ? -1 : documents.numberOf(document)
  if (own >= 0) drawn.add(own)
  const wanted = Math.min(size, documents.length)
  for (let turn = 0; drawn.size < wanted; turn++) {
    const depth = DEPTHS[turn % DEPTHS.length]!
    drawn.add(depth <= order.length ? order[random.integer(depth)]! : random.integer(documents.length))
  }
  return [...drawn]
}

/** Indices of the `count` highest values, the highest first. */
function highestFirst(values: Float32Array, count: number): number[] {
  // a threshold that some 2 * count values reach avoids sorting all of them
  const sample = Float32Array.from(
    { length: 1000 },
    (_, at) => values[Math.floor((at * values.length) / 1000)]!,
  )
  const bound = sample.sort().at(-Math.ceil(Math.min(1000, (2000 * count) / values.length)))!
  const places: number[] = []
  for (let at = 0; at < values.length; at++) if (values[at]! >= bound) places.push(at)
  const enough = places.length >= count ? places : Array.from(values.keys())
  return enough.sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count)
}
