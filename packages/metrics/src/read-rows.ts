// The runs of all rows on one split, laid against the judgements.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Pairs, readRun } from '@disranker/dataset'
import { InputError, readManifest } from '@disranker/stage'
import { judgeRun, type Ranking } from './rankings.ts'
import { BASELINE, ROW_NAMES, type RowName } from './table-rows.ts'

export interface RowFolders {
  readonly pairs: Pairs
  /** the folder that `pairs` was read from */
  readonly folder: string
  /** folders of the rows beside the baseline */
  readonly rows: ReadonlyMap<RowName, string>
  readonly split: 'test' | 'validation'
  readonly relevant: number | undefined
}

/**
 * Rankings by row, in the order of the report, the baseline first.
 * @throws {InputError} when a run is missing, broken, lacks a query, or was made from other pairs
 */
export function readRows({ pairs, folder, rows, split, relevant }: RowFolders): Map<RowName, Ranking[]> {
  const content = readManifest(folder).content
  const queries = judgedQueries(pairs, split)
  const judge = (row: RowName, run: Parameters<typeof judgeRun>[1]) =>
    [row, judgeRun(row, run, pairs.judgements, queries, relevant)] as const
  return new Map([
    judge(BASELINE, pairs.firstStage(split)),
    ...ROW_NAMES.filter((row) => rows.has(row)).map((row) => {
      const at = rows.get(row)!
      const { inputs, stage } = readManifest(at)
      // what a model learned from other pairs says nothing about these
      if (inputs.pairs !== undefined && inputs.pairs !== content)
        throw new InputError(
          `The row "${row}" (${at}) was made from other pairs than those it shall be measured on. Run \`npx turbo run ${stage}\` to make it again.`,
        )
      const file = join(at, 'runs', `${split}.run`)
      if (!existsSync(file))
        throw new InputError(
          `${file} is missing: the row "${row}" has no run of the ${split} split. Delete ${at} and run \`npx turbo run ${stage}\`.`,
        )
      return judge(row, readRun(file))
    }),
  ])
}

/** Queries of the split that somebody has judged. */
export const judgedQueries = ({ queries, judgements }: Pairs, split: 'test' | 'validation'): string[] =>
  queries.filter((query) => query.split === split && judgements.has(query.id)).map(({ id }) => id)
