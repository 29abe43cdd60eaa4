// The figures of a student in programs that load it as an ordinary cross-encoder: transformers,
// sentence-transformers and transformers.js feed `[CLS] query [SEP] text [SEP]` with the token types 0 and 1
// and rank by the logit. They have no exact-match token types, no static term and no lexical weight, so the
// figures of the served student do not apply.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { byScore, evaluable, type Pairs, readPairs } from '@disranker/dataset'
import { itemsOf, meanQuality } from '@disranker/ranking'
import { createPairEncoder, type Encoding, loadTokenizer, pairTemplateOf } from '@disranker/tokenizer'
import { readStudentFolder } from '../convert.ts'
import { longestFirst } from '../forms/pair-form.ts'
import { createCheckpoint } from '../graph/checkpoint.ts'
import { floatGraph } from '../graph/float-graph.ts'
import type { Figure } from './hub-card.ts'
import { nativeScores } from './native-scores.ts'

export interface PlainFigures {
  readonly mrr: Figure
  readonly ndcg: Figure
  readonly queries: number
}

/** maximal number of scored queries, spread evenly over the split */
const QUERIES = 500

/**
 * MRR@10 and nDCG@10 on the test split, with 95 % intervals (mean and 1.96 standard errors over queries).
 * @param student a student's folder
 * @param pairs folder of the stage `pairs`
 */
export async function plainFigures(student: string, pairs: string): Promise<PlainFigures | undefined> {
  const records = readPairs(pairs)
  try {
    return await measure(student, records)
  } finally {
    records.close()
  }
}

async function measure(student: string, records: Pairs): Promise<PlainFigures | undefined> {
  const ids = testQueries(records)
  if (ids.length === 0) return undefined
  const { config, tensors, tokenizer } = readStudentFolder(student)
  const checkpoint = createCheckpoint(config, tensors)
  const encoder = createPairEncoder(loadTokenizer(tokenizer), plainEncoding(checkpoint.model, tokenizer))
  const candidates = records.candidates('test')
  const items = ids.map((id) => itemsOf(id, candidates.get(id)!, records))
  const rows = items.flatMap((some) => some.map(({ query, document }) => encoder.encode(query, document)))
  const scratch = mkdtempSync(join(tmpdir(), 'plain-'))
  try {
    const scores = await nativeScores(floatGraph(checkpoint), rows, scratch)
    let next = 0
    const qualities = ids.map((id, at) => {
      const scored = items[at]!.map(({ document }) => ({ document: document.id, score: scores[next++]! }))
      const ranked = scored.sort(byScore)
      return meanQuality(new Map([[id, ranked]]), records.judgements, 10)
    })
    return {
      mrr: figureOf(qualities.map(({ mrr }) => mrr)),
      ndcg: figureOf(qualities.map(({ ndcg }) => ndcg)),
      queries: ids.length,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function testQueries({ candidates, judgements }: Pairs): string[] {
  const run = candidates('test')
  const found = evaluable([...run.keys()], judgements, run).queries
  const count = Math.min(QUERIES, found.length)
  return Array.from({ length: count }, (_, at) => found[Math.floor((at * found.length) / count)]!)
}

/**
 * Encodes a pair like those libraries: the tokenizer's own template, the longer of query and text cut first.
 */
function plainEncoding(
  { positions, template }: ReturnType<typeof createCheckpoint>['model'],
  tokenizer: string,
): Encoding {
  return longestFirst(pairTemplateOf(tokenizer) ?? template, positions)
}

function figureOf(values: readonly number[]): Figure {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const error = Math.sqrt(square / Math.max(1, values.length - 1) / values.length)
  return { value: mean, low: Math.max(0, mean - 1.96 * error), high: Math.min(1, mean + 1.96 * error) }
}
