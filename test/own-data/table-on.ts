// What a table is worth whose weights were chosen on a number of judged queries. Only the weights follow from judgements where the
// table has learned from none, so that it needs no training of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { byScore, type Pairs, type Scored } from '@disranker/dataset'
import {
  chooseWeights,
  groupQueries,
  itemsOf,
  type QueryQuality,
  queryQualities,
  type ScoredPart,
} from '@disranker/ranking'
import { findManifest } from '@disranker/stage'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { createStaticScore, readStaticBiEncoder } from '@disranker/transformer'

export interface TableToWeigh {
  /** folder of the table stage */
  readonly table: string
  readonly pairs: Pairs
  /** ids of the judged queries, in the order in which they are taken */
  readonly parts: readonly string[]
  readonly judged: number
}

/**
 * The quality of each test query by table and BM25.
 * @throws {RangeError} when the table has learned from grades
 */
export function tableOn({ table, pairs, parts, judged }: TableToWeigh): Map<string, QueryQuality> {
  if (findManifest(table)?.metrics.learned !== false)
    throw new RangeError(`${table} has learned from grades: a curve needs a training for each point.`)
  const config = JSON.parse(readFileSync(join(table, 'config.json'), 'utf8'))
  const { encode } = createPairEncoder(
    loadTokenizer(readFileSync(join(table, 'tokenizer.json'), 'utf8')),
    config.disranker.encoding,
  )
  const wide = createStaticScore(readStaticBiEncoder(table, config)!)
  const score = (id: string, rows: readonly Scored[]) =>
    itemsOf(id, rows, pairs).map(({ query, document }) => {
      const pair = encode(query, document)
      return { document: document.id, wide: wide(pair), lexical: pair.overlap }
    })
  const known = new Map([...pairs.firstStage('validation'), ...pairs.firstStage('train')])
  const chosen = parts.filter((id) => known.has(id)).slice(0, judged)
  const scored = new Map(chosen.map((id) => [id, score(id, known.get(id)!)]))
  const part = (name: 'wide' | 'lexical'): ScoredPart => ({
    name,
    learnedFrom: () => false,
    scores: (id) => new Map(scored.get(id)!.map((row) => [row.document, row[name]])),
  })
  const texts = chosen.map((id) => ({ id, text: pairs.queries.get(id)!.text }))
  const groups = groupQueries(texts, pairs.judgements)
  const { weights } = chooseWeights({
    parts: [part('wide'), part('lexical')],
    queries: chosen.map((id, at) => ({
      id,
      group: groups[at]!,
      documents: known.get(id)!.map(({ document }) => document),
    })),
    judgements: pairs.judgements,
  })
  const ranked = new Map(
    Array.from(pairs.candidates('test'), ([id, rows]) => [
      id,
      score(id, rows)
        .map((row) => ({
          document: row.document,
          score: weights[0]! * row.wide + weights[1]! * row.lexical,
        }))
        .sort(byScore),
    ]),
  )
  return queryQualities(ranked, pairs.judgements, 10)
}
