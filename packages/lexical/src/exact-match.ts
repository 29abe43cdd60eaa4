// Exact-match token types: token types that say how a token's word matches the other side, and a token for
// the share of the query that the document has. A model trained from scratch on little data does not learn
// that equal words match (Boualili et al. 2020, MarkedBERT; Askari et al. 2023, BM25 scores as text).

import { termScore } from './search/bm25.ts'
import { inverseFrequency } from './search/inverted-index.ts'
import { type AnalyzerSpec, analyzerOf } from './words/analyzer.ts'

export interface ExactMatchOptions {
  /** idf below the first counts as no match (stop words), below the second as a weak match */
  readonly levels: readonly [number, number]
  /** parameters of the BM25 that measures the overlap */
  readonly k1: number
  readonly b: number
  /** overlap tokens */
  readonly buckets: number
  /** BM25 points in a bucket */
  readonly bucketWidth: number
}

export interface ExactMatch extends ExactMatchOptions {
  /** mean number of words in a document */
  readonly averageLength: number
  /** by stem, times the analyzer's weight */
  readonly idf: Readonly<Record<string, number>>
  /** for stems that are not in `idf`: the idf of a word in one document, without a weight */
  readonly defaultIdf: number
}

/** none, stem at two idf levels, exact at two idf levels */
export const MATCHES = 5
const SEGMENTS = 3
/** number of special tokens such as [CLS] and [SEP]; the overlap token has the next type */
export const SPECIAL_TYPE = SEGMENTS * MATCHES
export const OVERLAP_TYPE = SPECIAL_TYPE + 1
export const MARKED_TYPES = OVERLAP_TYPE + 1

/** maximal number of stems, the most frequent first: bounds the size of a bundle */
const MOST_STEMS = 50_000
/** maximal number of counted stems, some 400 MB */
const MOST_COUNTED = 4_000_000

/**
 * Counts words over the documents that a model will rank. @param analyzer defines the words; `porter` by
 * default
 */
export function fitExactMatch(
  documents: Iterable<{ readonly title: string; readonly summary: string }>,
  options: ExactMatchOptions,
  analyzer?: AnalyzerSpec,
): ExactMatch {
  const { words, stem, weight } = analyzerOf(analyzer)
  const frequencies = new Map<string, number>()
  let total = 0
  let texts = 0
  for (const { title, summary } of documents) {
    texts++
    const stems = words(`${title} ${summary}`).map(stem)
    total += stems.length
    for (const word of new Set(stems)) frequencies.set(word, (frequencies.get(word) ?? 0) + 1)
    // the rarest are dropped during the count: they would not be kept anyway
    for (let rare = 1; frequencies.size > MOST_COUNTED; rare++)
      for (const [word, count] of frequencies) if (count <= rare) frequencies.delete(word)
  }
  const kept = [...frequencies]
    // a word in one document has the default's idf
    .filter(([, count]) => count > 1)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_STEMS)
  const round = (idf: number) => Number(idf.toFixed(4))
  return {
    ...options,
    averageLength: Number((total / Math.max(1, texts)).toFixed(2)),
    idf: Object.fromEntries(
      kept.map(([word, count]) => [word, round(weight(word) * inverseFrequency(count, texts))]),
    ),
    defaultIdf: round(inverseFrequency(1, Math.max(1, texts))),
  }
}

/** @throws {RangeError} when a number is missing or out of range */
export function checkExactMatch(exactMatch: ExactMatch): void {
  const need = (name: string, value: number | undefined, from: number) => {
    if (!(Number.isFinite(value) && value! >= from))
      throw new RangeError(`marks.${name} is ${value}; wanted a number from ${from}.`)
  }
  need('buckets', exactMatch.buckets, 1)
  // 1e-6: a bucket without width has no number
  need('bucketWidth', exactMatch.bucketWidth, 1e-6)
  need('levels[0]', exactMatch.levels?.[0], 0)
  need('levels[1]', exactMatch.levels?.[1], 0)
  for (const name of ['k1', 'b', 'averageLength', 'defaultIdf'] as const) need(name, exactMatch[name], 0)
  if (typeof exactMatch.idf !== 'object' || exactMatch.idf === null)
    throw new RangeError('marks.idf is missing; wanted an object of numbers by stem.')
}

/** The match of two words with one stem: 0 none, for words that are too frequent; 1 and 2 equal stems, 3 and 4 equal words; 2 and 4 rare ones. */
export function matchOf(exact: boolean, idf: number, [low, high]: readonly [number, number]): number {
  if (idf < low) return 0
  return (exact ? 3 : 1) + (idf < high ? 0 : 1)
}

/**
 * BM25 of a query's stems against a document's.
 * @param counts [stems of the query] frequency in the document
 * @param idf [stems of the query]
 * @param length words of the document
 */
export function overlapOf(
  counts: readonly number[],
  idf: readonly number[],
  length: number,
  { averageLength, k1, b }: ExactMatch,
): number {
  let score = 0
  for (const [at, count] of counts.entries())
    if (count > 0) score += termScore(idf[at]!, count, length, averageLength, k1, b)
  return score
}
