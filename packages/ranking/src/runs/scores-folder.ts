// Scores of a stage for other stages: `scores/<split>.run` in its folder, a TREC run for each split of the
// pairs, with one raw score for every candidate, higher is better. Any stage that scores documents may write
// them; `score` uses them as a teacher's by the name of the stage, and `distil` learns from those of `score`.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openRun, type Pairs, type Run, type Scored, SPLITS, type Split, writeRun } from '@disranker/dataset'
import { InputError, readManifest, type Work } from '@disranker/stage'
import { type Item, type ScoreRunOptions, scoreRun } from '../scoring/score-run.ts'
import { writeSplits } from './rank-splits.ts'
import { seedFolder } from './ranked.ts'

/** Raw scores of every candidate, by split. */
export type Scores = Readonly<Record<Split, Run>>

const FOLDER = 'scores'
const fileOf = (folder: string, split: Split) => join(folder, FOLDER, `${split}.run`)

export interface ScoreSplits<Of extends Split = Split> {
  /** name of the work in progress lines */
  readonly name: string
  readonly pairs: Pairs
  readonly work: Work
  readonly queriesPerShard?: number
  /** all by default */
  readonly splits?: readonly Of[]
  readonly ahead?: ScoreRunOptions['ahead']
  /** one score an item, in the order of the items */
  score(items: readonly Item[]): ArrayLike<number> | Promise<ArrayLike<number>>
}

/** Scores every candidate of every split, a shard at a time: a killed run resumes with the next shard. */
export async function scoreSplits<Of extends Split = Split>(
  options: ScoreSplits<Of>,
): Promise<Readonly<Record<Of, Run>>> {
  const { name, pairs, work, queriesPerShard = 200, splits = SPLITS as readonly Of[], ahead, score } = options
  const scores: Partial<Record<Of, Run>> = {}
  for (const split of splits)
    scores[split] = await scoreRun({
      name: `${name} scores ${split}`,
      run: pairs.candidates(split),
      pairs,
      scratch: work.scratch,
      queriesPerShard,
      ahead,
      progress: work.progress,
      signal: work.signal,
      score,
    })
  return scores as Record<Of, Run>
}

/** Writes `scores/<split>.run` into the folder of a stage. */
export function writeScores(
  folder: string,
  scores: Readonly<Partial<Record<Split, Iterable<readonly [string, readonly Scored[]]>>>>,
  tag: string,
): void {
  mkdirSync(join(folder, FOLDER), { recursive: true })
  for (const split of SPLITS)
    if (scores[split] !== undefined) writeRun(fileOf(folder, split), scores[split], tag)
}

/**
 * Reads the scores that a stage wrote with `writeScores`.
 * @throws {InputError} when the folder is not complete, has no scores, or lacks candidates of the pairs
 */
export function readScores(folder: string, pairs: Pairs): Scores {
  const { files, stage } = readManifest(folder)
  for (const split of SPLITS)
    if (files[`${FOLDER}/${split}.run`] === undefined)
      throw new InputError(
        `${folder} has no scores/${split}.run: ${stage} leaves no scores that others could learn from. Wanted: a stage that calls writeScores, or scores of your own in a file.`,
      )
  const scores = openScores(folder, pairs)
  checkScores(scores, pairs, folder, `Run \`npx turbo run ${stage}\` again`)
  return scores
}

/** The same while the stage is still running. A split that is not requested is empty. */
export const openScores = (folder: string, pairs: Pairs, splits: readonly Split[] = SPLITS): Scores =>
  Object.fromEntries(
    SPLITS.map((split) => [
      split,
      splits.includes(split) ? openRun([fileOf(folder, split)], pairs) : new Map(),
    ]),
  ) as unknown as Scores

/** Whether the scores of a split are in a folder. */
export const hasScores = (folder: string, split: Split): boolean => existsSync(fileOf(folder, split))

/** Scores of validation and test by the same recipe from another seed. */
export type SeedScores = Pick<Scores, 'validation' | 'test'>

/** Writes `scores/seed-<n>/<split>.run` into the folder of a stage. */
export const writeSeedScores = (folder: string, seed: number, scores: SeedScores, tag: string): void =>
  writeSplits(join(folder, FOLDER, seedFolder(seed)), scores, tag)

/** Reads the scores that a stage wrote with `writeSeedScores`, in the order of the seeds in its recipe. */
export function readSeedScores(folder: string, pairs: Pairs): [seed: number, scores: SeedScores][] {
  const { seeds = [] } = readManifest(folder).recipe as { readonly seeds?: readonly number[] }
  const read = (seed: number, split: Split) =>
    openRun([join(folder, FOLDER, seedFolder(seed), `${split}.run`)], pairs)
  return seeds.map((seed) => [seed, { validation: read(seed, 'validation'), test: read(seed, 'test') }])
}

/** number of pairs that a message names */
const SHOWN = 5

/**
 * @param from the source of the scores, for the message
 * @param remedy the fix, as the start of a sentence
 * @throws {InputError} naming and counting the candidates without a score
 */
export function checkScores(scores: Scores, pairs: Pairs, from: string, remedy: string): void {
  const shown: string[] = []
  let missing = 0
  let all = 0
  for (const split of SPLITS)
    for (const [query, rows] of pairs.candidates(split)) {
      const there = new Set(scores[split].get(query)?.map(({ document }) => document))
      for (const { document } of rows) {
        all++
        if (there.has(document)) continue
        if (missing++ < SHOWN) shown.push(`query ${query} and document ${document} (${split})`)
      }
    }
  if (missing === 0) return
  throw new InputError(
    `${from} has no score for ${missing} of ${all} candidates: ${shown.join(', ')}${missing > SHOWN ? ', ...' : ''}. Wanted: one for each row of candidates.*.run in the folder of the pairs stage. ${remedy}.`,
  )
}
