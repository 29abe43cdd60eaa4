// The user's pairs for calibration and comparison: a JSONL file of {"query", "document"} or {"query", "title", "summary"}.
import { readFileSync } from 'node:fs'
import { InputError } from '@disranker/stage'
import type { TextPair } from './built-in-pairs.ts'

/** fewer pairs say too little about a model */
const FEWEST = 50

/** @throws {InputError} naming the line that is no pair */
export function readPairFile(path: string): TextPair[] {
  const pairs = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, at): TextPair[] => (line.trim() === '' ? [] : [parsePair(line, `${path}:${at + 1}`)]))
  if (pairs.length < FEWEST)
    throw new InputError(`${path} has ${pairs.length} pairs; wanted at least ${FEWEST}, better 700.`)
  return pairs
}

function parsePair(line: string, where: string): TextPair {
  let row: Record<string, unknown>
  try {
    row = JSON.parse(line)
  } catch {
    throw new InputError(`${where} is not JSON. Wanted one object a line: {"query": ..., "document": ...}.`)
  }
  const { query, document, title = '', summary = document } = row ?? {}
  if (typeof query !== 'string' || typeof summary !== 'string' || typeof title !== 'string')
    throw new InputError(
      `${where} is no pair: wanted the texts "query" and "document" (or "title" and "summary"), got ${line.slice(0, 80)}.`,
    )
  return { query, document: { title, summary } }
}

/**
 * Some pairs for calibration and others for comparison, spread evenly over the list.
 * @returns some pairs are in both if there are fewer than `compare` + `calibrate`
 */
export function splitPairs(
  pairs: readonly TextPair[],
  { calibrate, compare }: { readonly calibrate: number; readonly compare: number },
) {
  const spread = (from: readonly TextPair[], count: number) =>
    Array.from({ length: Math.min(count, from.length) }, (_, at) => {
      return from[Math.floor((at * from.length) / Math.min(count, from.length))]!
    })
  const compared = spread(pairs, compare)
  const chosen = new Set(compared)
  const rest = pairs.filter((pair) => !chosen.has(pair))
  return { compared, calibrating: spread(rest.length >= calibrate ? rest : pairs, calibrate) }
}
