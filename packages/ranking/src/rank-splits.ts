// The runs a model ranks on validation and test, with and without the lexical overlap: the same rule for every model
// that learns, so that a difference between two rows is one between the models.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, type Run, type Split, writeRun } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import { WITHOUT_LEXICAL } from './ranked.ts'
import { meanQuality } from './ranking-quality.ts'
import { type Item, itemsOf, scoreRun } from './score-run.ts'
import { searchWeight } from './search-weight.ts'

export interface RankScored {
  readonly name: string
  readonly pairs: Pairs
  /** `search` finds it on validation; a number is taken as it is, 0 for a model that needs none */
  readonly lexicalWeight: 'search' | number
  /** where `validation.run` and `test.run` go, and `without-lexical/` */
  readonly folder: string
  /** by the logits alone */
  readonly logits: Readonly<Record<'validation' | 'test', Run>>
  /** lexical overlap of query and document, one an item */
  overlap(items: readonly Item[]): ArrayLike<number>
}

export interface RankSplits extends Omit<RankScored, 'logits'> {
  readonly work: Work
  readonly queriesPerShard?: number
  /** logits, one an item */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

export interface RankedSplits {
  readonly lexicalWeight: number
  /** of the runs that were written */
  readonly validation: { readonly ndcg10: number; readonly mrr10: number }
  /** of the same model without the overlap */
  readonly withoutLexical: { readonly ndcg10: number; readonly mrr10: number }
  /** weights that were tried, with nDCG@10 + MRR@10: either alone is noisy on a small split */
  readonly tried: readonly { readonly weight: number; readonly quality: number }[]
}

/** Scores and ranks validation and test, and says which lexical weight was best on validation. */
export async function rankSplits(options: RankSplits): Promise<RankedSplits> {
  const { name, pairs, work, queriesPerShard = 200, score } = options
  const logitsOf = (split: Split) =>
    scoreRun({
      name: `${name} ranks ${split}`,
      run: pairs.candidates(split),
      pairs,
      scratch: work.scratch,
      queriesPerShard,
      progress: work.progress,
      signal: work.signal,
      score,
    })
  return rankScored({
    ...options,
    logits: { validation: await logitsOf('validation'), test: await logitsOf('test') },
  })
}

/** The same for what is scored already. */
export function rankScored(options: RankScored): RankedSplits {
  const { pairs, folder, name, logits } = options
  const validation = mixture(logits.validation, options)
  const quality = (weight: number) => {
    const { ndcg, mrr } = meanQuality(validation.mixed(weight), pairs.judgements, 10)
    return { ndcg10: ndcg, mrr10: mrr }
  }
  const { weight, tried } =
    options.lexicalWeight === 'search'
      ? searchWeight((weight) => {
          const { ndcg10, mrr10 } = quality(weight)
          return ndcg10 + mrr10
        }, validation.unit)
      : { weight: options.lexicalWeight, tried: [] }
  const test = mixture(logits.test, options)
  writeSplits(folder, { validation: validation.mixed(weight), test: test.mixed(weight) }, name)
  if (weight !== 0)
    writeSplits(join(folder, WITHOUT_LEXICAL), { validation: validation.mixed(0), test: test.mixed(0) }, name)
  return { lexicalWeight: weight, validation: quality(weight), withoutLexical: quality(0), tried }
}

/** Writes `<split>.run` into `folder`. */
export function writeSplits(folder: string, runs: Readonly<Record<string, Run>>, tag: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [split, run] of Object.entries(runs)) writeRun(join(folder, `${split}.run`), run, tag)
}

/** The run with any share of the overlap, and the weight at which both move a score equally. */
function mixture(logits: Run, options: RankScored) {
  const overlap = overlaps(logits, options)
  const mixed = (weight: number): Run =>
    new Map(
      [...logits].map(([id, rows]) => [
        id,
        rows
          .map(({ document, score }, index) => ({
            document,
            score: score + weight * overlap.get(id)![index]!,
          }))
          .sort((a, b) => b.score - a.score),
      ]),
    )
  const spread = {
    logits: spreadWithin(Array.from(logits, ([, rows]) => rows.map(({ score }) => score))),
    overlap: spreadWithin([...overlap.values()].map((values) => [...values])),
  }
  return { mixed, unit: spread.overlap > 0 ? spread.logits / spread.overlap : 0 }
}

/** Overlaps by query, in the order of its documents in `run`. */
function overlaps(run: Run, { pairs, overlap }: RankScored): Map<string, Float64Array> {
  return new Map(Array.from(run, ([id, rows]) => [id, Float64Array.from(overlap(itemsOf(id, rows, pairs)))]))
}

/** Standard deviation of values around the mean of their own query. */
function spreadWithin(groups: readonly (readonly number[])[]): number {
  let square = 0
  let count = 0
  for (const values of groups) {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
    for (const value of values) square += (value - mean) ** 2
    count += values.length
  }
  return Math.sqrt(square / Math.max(1, count))
}
