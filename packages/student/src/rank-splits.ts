// The runs a student ranks. Its score is its logit plus a multiple of the lexical overlap that its encoder computes on
// the way (Askari et al. 2023 inject BM25 as text; a sum needs no training and cannot be drowned). How large a multiple
// is decided on validation.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { meanQuality, type Pairs, type Run, type Split, scoreRun, writeRun } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import type { PairEncoder } from '@disranker/tokenizer'
import { type Encoder, scorePairs } from '@disranker/transformer'

export interface RankSplits {
  readonly name: string
  readonly encoder: Encoder
  readonly pairEncoder: PairEncoder
  readonly pairs: Pairs
  readonly work: Work
  readonly lexicalWeights: readonly number[]
  /** where `validation.run` and `test.run` go */
  readonly folder: string
}

/** nDCG@10 and MRR@10 together: either alone is noisy on a small validation split */
const quality = (run: Run, pairs: Pairs) => {
  const { ndcg, mrr } = meanQuality(run, pairs.judgements, 10)
  return { ndcg, mrr, both: ndcg + mrr }
}

/** Ranks validation and test, and returns the lexical weight that was best on validation. */
export async function rankSplits(options: RankSplits) {
  const { pairs, lexicalWeights, folder, name } = options
  const validation = await rank('validation', options)
  const tried = lexicalWeights.map((weight) => ({
    weight,
    ...quality(validation.mixed(weight), pairs),
  }))
  // the smaller weight of two that are equally good
  const best = tried.reduce((a, b) => (b.both > a.both ? b : a))
  const test = await rank('test', options)
  mkdirSync(folder, { recursive: true })
  writeRun(join(folder, 'validation.run'), validation.mixed(best.weight), name)
  writeRun(join(folder, 'test.run'), test.mixed(best.weight), name)
  return { lexicalWeight: best.weight, validation: { ndcg10: best.ndcg, mrr10: best.mrr, tried } }
}

async function rank(split: Split, { name, encoder, pairEncoder, pairs, work }: RankSplits) {
  const overlap = new Map<string, number>()
  const queries = new Map(pairs.queries.map((query) => [query.id, query.text]))
  const documents = new Map(pairs.documents.map((document) => [document.id, document]))
  const logits = await scoreRun({
    name: `${name} ranks ${split}`,
    run: pairs.candidates(split),
    pairs,
    scratch: work.scratch,
    queriesPerShard: 200,
    progress: work.progress,
    signal: work.signal,
    score: (items) =>
      scorePairs(
        encoder,
        items.map(({ query, document }) => pairEncoder.encode(query, document)),
      ),
  })
  for (const [id, rows] of logits)
    for (const { document } of rows)
      overlap.set(`${id} ${document}`, pairEncoder.encode(queries.get(id)!, documents.get(document)!).overlap)
  return {
    mixed: (weight: number): Run =>
      new Map(
        [...logits].map(([id, rows]) => [
          id,
          rows
            .map(({ document, score }) => ({
              document,
              score: score + weight * overlap.get(`${id} ${document}`)!,
            }))
            .sort((a, b) => b.score - a.score),
        ]),
      ),
  }
}
