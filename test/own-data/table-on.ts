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
import { createPairEncoder, loadTokenizer, STAGE_MEMORY } from '@disranker/tokenizer'
import { createStaticScore, readStaticBiEncoder } from '@disranker/transformer'

/** What the two parts of a served sum say of a document. */
interface TableScore {
  readonly document: string
  readonly table: number
  readonly lexical: number
}

/** Tells the scores of a query's first-stage list; each list is scored once. */
export type TableScores = (id: string, rows: readonly Scored[]) => readonly TableScore[]

/**
 * Opens the folder of a table stage.
 * @throws {RangeError} when the table has learned from grades: each number of judged queries then needs a training of its own
 */
export function openTable(folder: string, pairs: Pairs): TableScores {
  if (findManifest(folder)?.metrics.learned !== false)
    throw new RangeError(`${folder} has learned from grades: a curve needs a training for each point.`)
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const { encode } = createPairEncoder(
    loadTokenizer(readFileSync(join(folder, 'tokenizer.json'), 'utf8')),
    config.disranker.encoding,
    STAGE_MEMORY,
  )
  const tableScore = createStaticScore(readStaticBiEncoder(folder, config)!)
  const known = new Map<string, readonly TableScore[]>()
  return (id, rows) => {
    const found = known.get(id)
    if (found !== undefined) return found
    const scores = itemsOf(id, rows, pairs).map(({ query, document }) => {
      const pair = encode(query, document)
      return { document: document.id, table: tableScore(pair), lexical: pair.overlap }
    })
    known.set(id, scores)
    return scores
  }
}

/**
 * The quality of each test query by table and BM25.
 * @param ids of the judged queries, in the order in which they are taken
 * @param judged how many of those that are not test choose the weights
 */
export function tableOn(
  score: TableScores,
  pairs: Pairs,
  ids: readonly string[],
  judged: number,
): Map<string, QueryQuality> {
  const known = new Map([...pairs.firstStage('validation'), ...pairs.firstStage('train')])
  const chosen = ids.filter((id) => known.has(id)).slice(0, judged)
  const part = (name: 'table' | 'lexical'): ScoredPart => ({
    name,
    learnedFrom: () => false,
    scores: (id) => new Map(score(id, known.get(id)!).map((row) => [row.document, row[name]])),
  })
  const texts = chosen.map((id) => ({ id, text: pairs.queries.get(id)!.text }))
  const groups = groupQueries(texts, pairs.judgements)
  const { weights } = chooseWeights({
    parts: [part('table'), part('lexical')],
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
          score: weights[0]! * row.table + weights[1]! * row.lexical,
        }))
        .sort(byScore),
    ]),
  )
  return queryQualities(ranked, pairs.judgements, 10)
}
