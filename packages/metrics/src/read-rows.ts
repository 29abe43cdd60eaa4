// The runs of all rows on one split, laid against the judgements.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Evaluable, evaluable, type Pairs, readRun } from '@disranker/dataset'
import { InputError, readManifest } from '@disranker/stage'
import { judgeRun, type Ranking } from './rankings.ts'
import type { FoundRow, RowInfo } from './rows.ts'

export interface RowFolders {
  readonly pairs: Pairs
  /** the folder that `pairs` was read from */
  readonly folder: string
  /** name of the first stage's row */
  readonly first: string
  /** rows beside the first stage's */
  readonly rows: readonly FoundRow[]
  readonly split: 'test' | 'validation'
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
  /** which of the judged queries count, and which are lost before any row ranks them */
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
    rankings: judge(first, pairs.firstStage(split)),
    seeds: [],
  }
  const read = ({ name, folder: at, runs, seeds, ...info }: FoundRow): JudgedRow => {
    const { inputs, stage } = readManifest(at)
    // what a model learned from other pairs says nothing about these
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

/** What can be measured of a split. */
export function coverageOf(pairs: Pairs, split: 'test' | 'validation'): Evaluable {
  const ids: string[] = []
  for (const query of pairs.queries) if (query.split === split) ids.push(query.id)
  return evaluable(ids, pairs.judgements, pairs.firstStage(split))
}
