// The runs a model ranks on validation and test, with and without what stands beside its network (lexical overlap, wide
// channel): the same rule for every model that learns, so that a difference between two rows is one between the models.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, type Run, type Split, writeRun } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import { BARE } from './ranked.ts'
import { meanQuality } from './ranking-quality.ts'
import { type Item, itemsOf, type ScoreRunOptions, scoreRun } from './score-run.ts'
import { searchWeight, type Tried } from './search-weight.ts'

export interface RankScored {
  readonly name: string
  readonly pairs: Pairs
  /** `search` finds it on validation; a number is taken as it is, 0 for a model that needs none */
  readonly lexicalWeight: 'search' | number
  /** where `validation.run` and `test.run` go, and `bare/` */
  readonly folder: string
  /** by the logits alone */
  readonly logits: Readonly<Record<'validation' | 'test', Run>>
  /** lexical overlap of query and document, one an item; `wide` is asked for the same items right after it */
  overlap(items: readonly Item[]): ArrayLike<number>
  /** the same for the wide channel, where there is one; 0 by default */
  readonly wideWeight?: 'search' | number
  wide?(items: readonly Item[]): ArrayLike<number>
}

export interface RankSplits extends Omit<RankScored, 'logits'> {
  readonly work: Work
  readonly queriesPerShard?: number
  readonly ahead?: ScoreRunOptions['ahead']
  /** logits, one an item */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

export interface RankedSplits {
  readonly lexicalWeight: number
  readonly wideWeight: number
  /** of the runs that were written */
  readonly validation: { readonly ndcg10: number; readonly mrr10: number }
  /** of the same model without the overlap */
  readonly bare: { readonly ndcg10: number; readonly mrr10: number }
  /** weights that were tried, with nDCG@10 + MRR@10: either alone is noisy on a small split */
  readonly tried: readonly Tried[]
  /** the same for the wide channel, where there is one */
  readonly wideTried?: readonly Tried[]
}

/** Scores and ranks validation and test, and says which lexical weight was best on validation. */
export async function rankSplits(options: RankSplits): Promise<RankedSplits> {
  const { name, pairs, work, queriesPerShard = 200, ahead, score } = options
  const logitsOf = (split: Split) =>
    scoreRun({
      name: `${name} ranks ${split}`,
      run: pairs.candidates(split),
      pairs,
      scratch: work.scratch,
      queriesPerShard,
      ahead,
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
  const quality = (weights: Weights) => {
    const { ndcg, mrr } = meanQuality(validation.mixed(weights), pairs.judgements, 10)
    return { ndcg10: ndcg, mrr10: mrr }
  }
  const both = (weights: Weights) => {
    const { ndcg10, mrr10 } = quality(weights)
    return ndcg10 + mrr10
  }
  // the wide channel first: it knows more than the overlap, which then adds what is left
  const wide = choose(options.wideWeight ?? 0, (wide) => both({ wide, lexical: 0 }), validation.units.wide)
  const lexical = choose(
    options.lexicalWeight,
    (lexical) => both({ wide: wide.weight, lexical }),
    validation.units.lexical,
  )
  const weights = { wide: wide.weight, lexical: lexical.weight }
  const bare = { wide: 0, lexical: 0 }
  const test = mixture(logits.test, options)
  const write = (to: string, weights: Weights) =>
    writeSplits(to, { validation: validation.mixed(weights), test: test.mixed(weights) }, name)
  write(folder, weights)
  if (weights.wide !== 0 || weights.lexical !== 0) write(join(folder, BARE), bare)
  return {
    lexicalWeight: weights.lexical,
    wideWeight: weights.wide,
    validation: quality(weights),
    bare: quality(bare),
    tried: lexical.tried,
    ...(wide.tried.length > 0 && { wideTried: wide.tried }),
  }
}

interface Weights {
  readonly wide: number
  readonly lexical: number
}

const choose = (weight: 'search' | number, quality: (weight: number) => number, unit: number) =>
  weight === 'search' ? searchWeight(quality, unit) : { weight, tried: [] }

/** Writes `<split>.run` into `folder`. */
export function writeSplits(folder: string, runs: Readonly<Record<string, Run>>, tag: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [split, run] of Object.entries(runs)) writeRun(join(folder, `${split}.run`), run, tag)
}

/** The run with any share of the terms, and the weights at which a term and the logit move a score equally. */
function mixture(logits: Run, options: RankScored) {
  const { lexical, wide } = termsOf(logits, options)
  const mixed = (weights: Weights): Run =>
    new Map(
      [...logits].map(([id, rows]) => [
        id,
        rows
          .map(({ document, score }, index) => ({
            document,
            score: score + weights.lexical * lexical.get(id)![index]! + weights.wide * wide.get(id)![index]!,
          }))
          .sort((a, b) => b.score - a.score),
      ]),
    )
  const spread = spreadWithin(Array.from(logits, ([, rows]) => rows.map(({ score }) => score)))
  const unit = (term: ReadonlyMap<string, Float64Array>) => {
    const own = spreadWithin([...term.values()].map((values) => [...values]))
    return own > 0 ? spread / own : 0
  }
  return { mixed, units: { lexical: unit(lexical), wide: unit(wide) } }
}

/** Values by query, in the order of its documents in `run`. */
function termsOf(run: Run, { pairs, overlap, wide: wideOf }: RankScored) {
  const lexical = new Map<string, Float64Array>()
  const wide = new Map<string, Float64Array>()
  for (const [id, rows] of run) {
    const items = itemsOf(id, rows, pairs)
    lexical.set(id, Float64Array.from(overlap(items)))
    wide.set(id, wideOf ? Float64Array.from(wideOf(items)) : new Float64Array(items.length))
  }
  return { lexical, wide }
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
