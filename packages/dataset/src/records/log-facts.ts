// Facts of the log from which recipes derive `'auto'` values. The stage that writes the texts reads them once
// for this; other stages read a small file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyzerOf, isPair } from '@disranker/lexical'
import { readManifest, writeWholeFile } from '@disranker/stage'
import type { Pairs } from './read-pairs.ts'

export interface LogFacts {
  /** highest grade of a train or weak query */
  readonly highestGrade: number
  /** words that 95 % of the texts do not exceed */
  readonly words: { readonly query: number; readonly title: number; readonly summary: number }
  /** counted up to MOST_WORDS */
  readonly distinctWords: number
  /** train queries with a grade above 0 */
  readonly trainQueries: number
  readonly clickedPairs: number
}

/** number of texts of a kind for measuring lengths */
const SAMPLE = 20_000
/** number of different words from which on vocabularies have their maximal size */
const MOST_WORDS = 100_000

const FILE = 'facts.json'

type Kind = keyof LogFacts['words']

/** Reads the texts and judgements of the train split. */
export function gatherLogFacts(pairs: Pairs): LogFacts {
  const seen = new Set<string>()
  const lengths: Readonly<Record<Kind, number[]>> = { query: [], title: [], summary: [] }
  const { words } = analyzerOf(pairs.analyzer)
  const wants = (kind: Kind) => seen.size < MOST_WORDS || lengths[kind].length < SAMPLE
  const measure = (kind: Kind, text: string) => {
    if (!wants(kind)) return
    const found = words(text)
    for (const word of found) if (seen.size < MOST_WORDS) seen.add(word)
    if (found.length === 0 || lengths[kind].length >= SAMPLE) return
    // such a character is also part of pairs, which are not tokens
    const doubled = pairs.analyzer === undefined ? 0 : found.filter(isPair).length
    lengths[kind].push(found.length - doubled)
  }
  for (const { title, summary } of pairs.documents) {
    measure('title', title)
    measure('summary', summary)
    if (!wants('title') && !wants('summary')) break
  }
  let highestGrade = 0
  let trainQueries = 0
  for (const { id, text, split } of pairs.queries) {
    if (split !== 'train' && split !== 'weak') continue
    measure('query', text)
    let best = 0
    for (const grade of pairs.judgements.get(id)?.values() ?? []) best = Math.max(best, grade)
    highestGrade = Math.max(highestGrade, best)
    if (split === 'train' && best > 0) trainQueries++
  }
  let clickedPairs = 0
  for (const _ of pairs.clicks) clickedPairs++
  return {
    highestGrade,
    words: { query: mostly(lengths.query), title: mostly(lengths.title), summary: mostly(lengths.summary) },
    distinctWords: seen.size,
    trainQueries,
    clickedPairs,
  }
}

/** Writes them to the folder of the pairs stage. */
export const writeLogFacts = (folder: string, pairs: Pairs): void =>
  writeWholeFile(join(folder, FILE), `${JSON.stringify(gatherLogFacts(pairs))}\n`)

/**
 * Reads them from the folder of the pairs stage.
 * @throws {InputError} when the folder is missing or not complete
 */
export function readLogFacts(folder: string): LogFacts {
  readManifest(folder)
  return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as LogFacts
}

const mostly = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(0.95 * (values.length - 1))] ?? 1
