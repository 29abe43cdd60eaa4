// Measures a table whose weights were chosen on a number of judged queries. Only the weights depend on
// judgements if the table has learned from none, so that it needs no separate training.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { byScore, type Pairs } from '@disranker/dataset'
import { buildBundle } from '@disranker/onnx'
import {
  chooseWeights,
  groupQueries,
  itemsOf,
  type QueryQuality,
  queryQualities,
  type ScoredPart,
  UNLEARNED_PULL,
} from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import { findManifest } from '@disranker/stage'
import { createPairEncoder, loadTokenizer } from '@disranker/tokenizer'
import { readStaticBiEncoder, STATIC_ONLY } from '@disranker/transformer'

/** The parts of a served sum for a document. */
interface TableScore {
  readonly document: string
  readonly table: number
  readonly lexical: number
  /** the cosine of the encoder's vectors, where there are some */
  readonly vectors?: number
}

/** a sum of the table and BM25, and that of the form `vectors` */
const TABLE = ['table', 'lexical'] as const
export const VECTORS = ['vectors', 'lexical', 'table'] as const

/** Tells the cosine of a query's and a document's vector, both by the encoder in int8. */
export type Cosines = (query: string, document: string) => number

/** Tells the scores of a query's first-stage list. */
export type TableScores = (id: string) => readonly TableScore[]

/**
 * Scores every first-stage list by the table of a folder as it is served: in int8, from a bundle, through the reranker.
 * @throws {RangeError} when the table has learned from grades: each number of judged queries then needs a training of its own
 */
export async function openTable(folder: string, pairs: Pairs, cosines?: Cosines): Promise<TableScores> {
  if (findManifest(folder)?.metrics.learned !== false)
    throw new RangeError(`${folder} has learned from grades: a curve needs a training for each point.`)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const { disranker } = JSON.parse(read('config.json'))
  const tokenizer = loadTokenizer(read('tokenizer.json'))
  const { typeVocabSize } = createPairEncoder(tokenizer, disranker.encoding)
  const sizes = { vocab_size: tokenizer.vocabSize, type_vocab_size: typeVocabSize }
  const score = { lexicalWeight: 1, wideWeight: 1 }
  const bundle = buildBundle({
    config: { model_type: STATIC_ONLY, ...sizes, disranker: { ...disranker, score } },
    ...{ tensors: new Map(), tokenizer: read('tokenizer.json'), precision: 'int8', activationScales: {} },
    staticBiEncoder: readStaticBiEncoder(folder, { disranker }),
  })
  const reranker = await loadReranker(bundle)
  const scored = new Map<string, readonly TableScore[]>()
  for (const split of ['train', 'validation', 'test'] as const)
    for (const [id, rows] of pairs.firstStage(split)) {
      const items = itemsOf(id, rows, pairs)
      const prepared = reranker.prepare(
        pairs.queries.get(id)!.text,
        items.map(({ document: { title, summary } }) => ({ title, summary })),
      )
      await prepared.score()
      const scores = items.map(({ document }, at) => {
        const { parts } = prepared.explain(at)
        const part = (name: string) => parts.find((one) => one.name === name)!.score
        return {
          ...{ document: document.id, table: part('table'), lexical: part('lexical') },
          ...(cosines && { vectors: cosines(id, document.id) }),
        }
      })
      scored.set(id, scores)
    }
  await reranker.dispose()
  return (id) => scored.get(id)!
}

/**
 * The quality of each test query by a sum.
 * @param ids of the judged queries, in the order in which they are taken
 * @param judged how many of those that are not test choose the weights
 */
export function tableOn(
  score: TableScores,
  pairs: Pairs,
  ids: readonly string[],
  judged: number,
  names: readonly ('vectors' | 'lexical' | 'table')[] = TABLE,
): Map<string, QueryQuality> {
  const known = new Map([...pairs.firstStage('validation'), ...pairs.firstStage('train')])
  const chosen = ids.filter((id) => known.has(id)).slice(0, judged)
  const part = (name: (typeof names)[number]): ScoredPart => ({
    name,
    learnedFrom: () => false,
    scores: (id) => new Map(score(id).map((row) => [row.document, row[name]!])),
  })
  const texts = chosen.map((id) => ({ id, text: pairs.queries.get(id)!.text }))
  const groups = groupQueries(texts, pairs.judgements)
  const { weights } = chooseWeights({
    pull: UNLEARNED_PULL,
    parts: names.map(part),
    queries: chosen.map((id, at) => ({
      id,
      group: groups[at]!,
      documents: known.get(id)!.map(({ document }) => document),
    })),
    judgements: pairs.judgements,
  })
  const ranked = new Map(
    Array.from(pairs.candidates('test'), ([id]) => [
      id,
      score(id)
        .map((row) => ({
          document: row.document,
          score: names.reduce((sum, name, at) => sum + weights[at]! * row[name]!, 0),
        }))
        .sort(byScore),
    ]),
  )
  return queryQualities(ranked, pairs.judgements, 10)
}
