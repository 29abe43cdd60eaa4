// The runs a model ranks on validation and test, with and without the terms that are added to its network (lexical overlap,
// static bi-encoder): the same rule for every model that learns, so that a difference between two rows is one between the models.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { byScore, type Pairs, type Run, type Split, writeRun } from '@disranker/dataset'
import type { Work } from '@disranker/stage'
import { groupQueries } from '../groups/query-groups.ts'
import { meanQuality } from '../scoring/ranking-quality.ts'
import { type Item, itemsOf, type ScoreRunOptions, scoreRun } from '../scoring/score-run.ts'
import { UNLEARNED_PULL } from '../weights/choose-on.ts'
import { type ChosenWeights, chooseWeights } from '../weights/choose-weights.ts'
import { CROSS_FITTED, crossFit, isFewMeasured } from '../weights/cross-fit.ts'
import type { ScoredPart } from '../weights/part-lists.ts'
import { NETWORK_ONLY } from './ranked.ts'

export interface RankScored {
  readonly name: string
  readonly pairs: Pairs
  /**
   * `search` chooses it on validation (choose-weights.ts); a number is used unchanged, 0 for a model without
   * the term
   */
  readonly lexicalWeight: 'search' | number
  /** output folder of `validation.run`, `test.run` and `network-only/` */
  readonly folder: string
  /** by the logits alone; without `test`, which `rankTest` then ranks */
  readonly logits: { readonly validation: Run; readonly test?: Run | undefined }
  /**
   * The same for judged train queries, with their first-stage lists: of a model that has learned from no
   * grade. Weights are then chosen on them, too, with a stronger pull towards equal ones.
   */
  readonly fresh?: Run
  /** the values that are added to the logits, one for each item */
  terms(items: readonly Item[]): Terms
  /** the same for the static bi-encoder, if there is one; 0 by default */
  readonly staticWeight?: 'search' | number
}

export interface Terms {
  /** lexical overlap of query and document */
  readonly overlap: ArrayLike<number>
  /** the static bi-encoder's cosine; without it 0 */
  readonly staticScore?: ArrayLike<number>
}

export interface RankSplits extends Omit<RankScored, 'logits' | 'fresh'> {
  readonly work: Work
  readonly queriesPerShard?: number
  readonly ahead?: ScoreRunOptions['ahead']
  /**
   * whether the model has learned from no grade, so that judged train queries count as new ones; false by
   * default
   */
  readonly unlearned?: boolean
  /** whether the test split is left to `rankTest`; false by default */
  readonly postpone?: boolean
  /** logits, one an item */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

export interface RankedSplits {
  readonly lexicalWeight: number
  readonly staticWeight: number
  /** metrics of the runs that were written */
  readonly validation: { readonly ndcg10: number; readonly mrr10: number }
  /** of the same model without the overlap */
  readonly networkOnly: { readonly ndcg10: number; readonly mrr10: number }
  /** how the weights were chosen, and the gain from each part; undefined if none was to be chosen */
  readonly choice?: Omit<ChosenWeights, 'weights'>
}

/** Scores and ranks validation and test, and prints the chosen weights. */
export async function rankSplits(options: RankSplits): Promise<RankedSplits> {
  const { pairs, unlearned = false, postpone = false } = options
  return rankScored({
    ...options,
    ...(unlearned && { fresh: await logitsOf(options, 'train', pairs.firstStage('train')) }),
    logits: {
      validation: await logitsOf(options, 'validation'),
      ...(!postpone && { test: await logitsOf(options, 'test') }),
    },
  })
}

export type RankTest = Scoring &
  Pick<RankScored, 'folder' | 'terms'> &
  Readonly<Record<'lexicalWeight' | 'staticWeight', number>>

/** Writes the runs of the test split that `rankSplits` postponed, with the weights that it chose. */
export async function rankTest(options: RankTest): Promise<void> {
  const { name, folder, lexicalWeight, staticWeight } = options
  const test = mixture(await logitsOf(options, 'test'), options)
  writeMixed(name, folder, { test }, { lexical: lexicalWeight, staticTerm: staticWeight })
}

type Scoring = Pick<RankSplits, 'name' | 'pairs' | 'work' | 'queriesPerShard' | 'ahead' | 'score'>

const logitsOf = (
  { name, pairs, work, queriesPerShard = 200, ahead, score }: Scoring,
  split: Split,
  run = pairs.candidates(split),
) =>
  scoreRun({
    name: `${name} ranks ${split}`,
    run,
    pairs,
    scratch: work.scratch,
    queriesPerShard,
    ahead,
    progress: work.progress,
    signal: work.signal,
    score,
  })

/** The same for given scores. */
export function rankScored(options: RankScored): RankedSplits {
  const { pairs, folder, name, logits } = options
  const validation = mixture(logits.validation, options)
  const quality = (weights: Weights) => {
    const { ndcg, mrr } = meanQuality(validation.mixed(weights), pairs.judgements, 10)
    return { ndcg10: ndcg, mrr10: mrr }
  }
  const { weights, choice } = choose(options, validation)
  const splits = { validation, ...(logits.test && { test: mixture(logits.test, options) }) }
  writeMixed(name, folder, splits, weights)
  if (options.fresh !== undefined && isFewMeasured(pairs))
    writeSplits(folder, { [CROSS_FITTED]: crossFitAll(options, options.fresh) }, name)
  return {
    lexicalWeight: weights.lexical,
    staticWeight: weights.staticTerm,
    validation: quality(weights),
    networkOnly: quality(NETWORK_ALONE),
    ...(choice && { choice }),
  }
}

interface Weights {
  readonly staticTerm: number
  readonly lexical: number
}
const NETWORK_ALONE: Weights = { staticTerm: 0, lexical: 0 }

/** The runs of some splits, and those by the network alone if something is added to it. */
function writeMixed(
  name: string,
  folder: string,
  splits: Readonly<Record<string, Mixture>>,
  weights: Weights,
): void {
  const write = (to: string, weights: Weights) =>
    writeSplits(
      to,
      Object.fromEntries(Object.entries(splits).map(([split, { mixed }]) => [split, mixed(weights)])),
      name,
    )
  write(folder, weights)
  if (weights.staticTerm !== 0 || weights.lexical !== 0) write(join(folder, NETWORK_ONLY), NETWORK_ALONE)
}

/**
 * Chooses the open weights of the recipe on validation: train queries that the network has learned from are
 * not used.
 */
function choose(options: RankScored, validation: Mixture) {
  const { logits, fresh } = options
  const run: Run = fresh === undefined ? logits.validation : new Map([...logits.validation, ...fresh])
  const { fixed, open, choice } = sumOver(
    run,
    fresh === undefined ? validation : mixture(run, options),
    options,
  )
  if (open.length === 0) return { weights: fixed, choice: undefined }
  const { weights, ...chosen } = chooseWeights(choice)
  const found = open.map((name, at) => [name, short(weights[at + 1]! / weights[0]!)])
  return {
    weights: { ...fixed, ...(Object.fromEntries(found) as Partial<Weights>) },
    choice: chosen,
  }
}

/** Ranks every judged query by weights that were chosen without it; `fresh` holds the train queries. */
function crossFitAll(options: RankScored, fresh: Run): Run {
  const { logits, pairs } = options
  const judged = [...logits.validation, ...(logits.test ?? []), ...fresh].filter(([id]) =>
    pairs.judgements.has(id),
  )
  const run = new Map(judged)
  return crossFit(sumOver(run, mixture(run, options), options).choice)
}

/** The parts of the score: the network with the terms of fixed weight, and the terms whose weight is open. */
function sumOver(
  run: Run,
  { lists, lexical, staticTerm }: Mixture,
  { pairs, fresh, staticWeight = 0, lexicalWeight }: RankScored,
) {
  const asked = { staticTerm: staticWeight, lexical: lexicalWeight }
  const fixed = {
    staticTerm: asked.staticTerm === 'search' ? 0 : asked.staticTerm,
    lexical: asked.lexical === 'search' ? 0 : asked.lexical,
  }
  const terms = { staticTerm, lexical }
  const open = (['staticTerm', 'lexical'] as const).filter((name) => asked[name] === 'search')
  const part = (name: string, score: (id: string, index: number) => number, kept = false): ScoredPart => ({
    name,
    kept,
    learnedFrom: () => false,
    scores: (id) => new Map(run.get(id)!.map(({ document }, index) => [document, score(id, index)])),
  })
  const network = (id: string, index: number) =>
    run.get(id)![index]!.score +
    fixed.staticTerm * staticTerm.get(id)![index]! +
    fixed.lexical * lexical.get(id)![index]!
  const texts = lists.map(({ id }) => ({ id, text: pairs.queries.get(id)!.text }))
  const groups = groupQueries(texts, pairs.judgements)
  const choice = {
    parts: [
      part('network', network, true),
      ...open.map((name) => part(name, (id, index) => terms[name].get(id)![index]!)),
    ],
    queries: lists.map((list, at) => ({ ...list, group: groups[at]! })),
    judgements: pairs.judgements,
    ...(fresh !== undefined && { pull: UNLEARNED_PULL }),
  }
  return { fixed, open, choice }
}

/** Three significant digits: enough for a weight, and it stays readable in config.json. */
const short = (value: number) => Number(value.toPrecision(3))

/** Whether a file in a stage's folder belongs to the test split, which only the report reads. */
export const isOfTest = (path: string): boolean => /(^|\/)test\.run$/.test(path)

/** Writes `<split>.run` into `folder`. */
export function writeSplits(folder: string, runs: Readonly<Record<string, Run>>, tag: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [split, run] of Object.entries(runs)) writeRun(join(folder, `${split}.run`), run, tag)
}

type Mixture = ReturnType<typeof mixture>

/** The run with any share of the terms. */
function mixture(logits: Run, options: Pick<RankScored, 'pairs' | 'terms'>) {
  const { lexical, staticTerm } = termsOf(logits, options)
  const mixed = (weights: Weights): Run =>
    new Map(
      [...logits].map(([id, rows]) => [
        id,
        rows
          .map(({ document, score }, index) => ({
            document,
            score:
              score +
              weights.lexical * lexical.get(id)![index]! +
              weights.staticTerm * staticTerm.get(id)![index]!,
          }))
          .sort(byScore),
      ]),
    )
  const lists = Array.from(logits, ([id, rows]) => ({ id, documents: rows.map(({ document }) => document) }))
  return { mixed, lists, lexical, staticTerm }
}

/** Values by query, in the order of its documents in `run`. */
function termsOf(run: Run, { pairs, terms }: Pick<RankScored, 'pairs' | 'terms'>) {
  const lexical = new Map<string, Float64Array>()
  const staticTerm = new Map<string, Float64Array>()
  for (const [id, rows] of run) {
    const items = itemsOf(id, rows, pairs)
    const { overlap, staticScore } = terms(items)
    lexical.set(id, Float64Array.from(overlap))
    staticTerm.set(id, staticScore ? Float64Array.from(staticScore) : new Float64Array(items.length))
  }
  return { lexical, staticTerm }
}
