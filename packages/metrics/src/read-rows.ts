// Reads the runs of all rows on one split and joins them with the judgements.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Evaluable, evaluable, type Pairs, type Run, readRun } from '@disranker/dataset'
import { CROSS_FITTED, isFewMeasured } from '@disranker/ranking'
import { InputError, readManifest } from '@disranker/stage'
import { judgeRun, type Ranking } from './measures/rankings.ts'
import type { FoundRow, RowInfo } from './rows.ts'

/**
 * queries that are measured together: a split, or all judged queries except weak ones, each ranked by weights
 * chosen without it
 */
export type Measured = 'test' | 'validation' | typeof CROSS_FITTED

export interface RowFolders {
  readonly pairs: Pairs
  /** the folder that `pairs` was read from */
  readonly folder: string
  /** name of the first stage's row */
  readonly first: string
  /** rows other than the first stage's */
  readonly rows: readonly FoundRow[]
  readonly split: Measured
  readonly relevant: number | undefined
}

export interface JudgedRow {
  readonly info: RowInfo
  readonly rankings: readonly Ranking[]
  /** of the same recipe from other seeds */
  readonly seeds: readonly { readonly seed: number; readonly rankings: readonly Ranking[] }[]
}

export interface JudgedRows {
  readonly rows: readonly JudgedRow[]
  /** which of the judged queries count, and which count 0 in every row */
  readonly coverage: Evaluable
}

/**
 * The rows in the order of the report, the first stage's first; all rank the same queries.
 * @throws {InputError} when a run is missing, broken, lacks a query, or was made from other pairs
 */
export function readRows({ pairs, folder, first, rows, split, relevant }: RowFolders): JudgedRows {
  const content = readManifest(folder).content
  const coverage = coverageOf(pairs, split)
  const judge = (name: string, run: Parameters<typeof judgeRun>[1]) =>
    judgeRun(name, run, pairs.judgements, coverage.queries, { relevant, unmatched: coverage.unmatched })
  const baseline: JudgedRow = {
    info: {
      name: first,
      what: 'the first stage, whose candidates all others rerank',
      role: 'first-stage',
      lexicalWeight: 0,
    },
    rankings: judge(first, firstStageOf(pairs, split)),
    seeds: [],
  }
  const read = ({ name, folder: at, runs, seeds, ...info }: FoundRow): JudgedRow => {
    const { inputs, stage } = readManifest(at)
    // a model that learned from other pairs says nothing about these
    if (inputs.pairs !== undefined && inputs.pairs !== content)
      throw new InputError(
        `The row "${name}" (${at}) was made from other pairs than those it is measured on. Run \`npx turbo run ${stage}\` to make it again.`,
      )
    const rankings = (from: string) => {
      const file = join(from, `${split}.run`)
      if (!existsSync(file))
        throw new InputError(
          `${file} is missing: the row "${name}" has no run of the ${split} split. Delete ${at} and run \`npx turbo run ${stage}\`.`,
        )
      return judge(name, readRun(file))
    }
    return {
      info: { name, ...info },
      rankings: rankings(runs),
      seeds: seeds.map(({ seed, runs }) => ({ seed, rankings: rankings(runs) })),
    }
  }
  return { rows: [baseline, ...rows.map(read)], coverage }
}

/** The measurable queries of a split. */
export function coverageOf(pairs: Pairs, measured: Measured): Evaluable {
  const ids: string[] = []
  for (const { id, split } of pairs.queries)
    if (measured === CROSS_FITTED ? split !== 'weak' : split === measured) ids.push(id)
  return evaluable(ids, pairs.judgements, firstStageOf(pairs, measured))
}

const firstStageOf = (pairs: Pairs, measured: Measured): Run =>
  measured === CROSS_FITTED
    ? new Map((['train', 'validation', 'test'] as const).flatMap((split) => [...pairs.firstStage(split)]))
    : pairs.firstStage(measured)

/**
 * Whether few queries are judged, so that all of them are measured together if possible.
 * @param graders of the splits, from the manifest of the pairs: grades of people and of clicks are not
 * measured together
 */
export const isFewAlike = (pairs: Pairs, graders: Readonly<Record<string, string>>): boolean =>
  isFewMeasured(pairs) && new Set(Object.values(graders)).size <= 1

/**
 * The rows that ranked all judged queries by weights chosen without them, if the served model is among them:
 * it has then learned from no grade.
 */
export function readCrossFitted(folders: Omit<RowFolders, 'split'>): JudgedRows | undefined {
  const rows = folders.rows.filter(
    ({ runs, role, variantOf }) =>
      role !== 'network-only' && variantOf === undefined && existsSync(join(runs, `${CROSS_FITTED}.run`)),
  )
  if (!rows.some(({ role }) => role === 'served')) return undefined
  // other seeds have no such run
  const alone = rows.map((row) => ({ ...row, seeds: [] }))
  return readRows({ ...folders, rows: alone, split: CROSS_FITTED })
}
