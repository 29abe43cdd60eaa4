// Every run against the judgements: one report with intervals, differences, pictures and plain sentences.
// Run: npx turbo run evaluate
import { join } from 'node:path'
import { readPairs } from '@disranker/dataset'
import {
  findManifest,
  InputError,
  type Manifest,
  readManifest,
  runStage,
  writeWholeFile,
} from '@disranker/stage'
import { type Agreement, agreement } from './agreement.ts'
import { type Curves, readCurve } from './curves.ts'
import { drawAgreement } from './pictures/agreement.ts'
import { drawCurves } from './pictures/curves.ts'
import { drawQuality } from './pictures/quality.ts'
import type { Ranking } from './rankings.ts'
import { judgedQueries, readRows } from './read-rows.ts'
import { type Report, reportJson } from './report.ts'
import { reportPage } from './report-page.ts'
import type { Resampling } from './resampling.ts'
import { sentences } from './sentences.ts'
import { buildTable } from './table.ts'
import { type BASELINE, ROW_NAMES, ROWS, type RowName } from './table-rows.ts'
import { tableText } from './table-text.ts'

export interface EvaluateRecipe {
  readonly resampling: Resampling
  /** least grade that counts as right in MRR, precision and recall; without it, the highest grade of each query */
  readonly relevant?: number
  /** true when no pre-trained language model stands behind the teacher: the report then says what that means */
  readonly teacherFromScratch?: boolean
}

export interface EvaluateOptions {
  /** folder of the pairs stage: queries, judgements and the run of the first stage, which is the row bm25 */
  readonly pairs: string
  /**
   * Folder of every other row; `runs/test.run` and `runs/validation.run` in it are read. A folder that is not complete is
   * named in the report as missing.
   */
  readonly rows: Readonly<Partial<Record<Exclude<RowName, typeof BASELINE>, string>>>
  /** folders with a `curve.jsonl`, by the stage's name */
  readonly curves: Readonly<Record<string, string>>
  readonly out: string
  readonly recipe: EvaluateRecipe
  readonly signal?: AbortSignal
}

/**
 * Leaves `report.json` and `report.html`.
 * @throws {InputError} when nothing is judged, no row is there, or a run is broken, misses queries, or is of other pairs
 */
export function evaluate({
  pairs: folder,
  rows,
  curves,
  out,
  recipe,
  signal,
}: EvaluateOptions): Promise<Manifest> {
  const complete = (folders: Readonly<Record<string, string | undefined>>) =>
    Object.entries(folders).filter(([, at]) => {
      const manifest = at === undefined ? undefined : findManifest(at)
      // a stage that left its work out, and said why, has no run
      return manifest !== undefined && manifest.metrics.leftOut === undefined
    }) as [string, string][]
  const present = new Map(complete(rows)) as Map<RowName, string>
  const trained = complete(curves)
  return runStage({
    name: 'evaluate',
    out,
    inputs: {
      pairs: folder,
      ...Object.fromEntries(present),
      ...Object.fromEntries(trained.map(([name, at]) => [`curve of ${name}`, at])),
    },
    recipe,
    signal,
    async run(work) {
      if (present.size === 0)
        throw new InputError(
          `There is no run to evaluate: none of ${Object.values(rows).join(', ') || '(no folder given)'} is complete. Run \`npx turbo run train\`.`,
        )
      const pairs = readPairs(folder)
      const read = (split: 'test' | 'validation') =>
        readRows({ pairs, folder, rows: present, split, relevant: recipe.relevant })
      const rankings = read('test')
      const test = buildTable('test', rankings, recipe.resampling)
      work.signal.throwIfAborted()
      const drawn = readCurves(trained)
      const missing = [
        ...ROW_NAMES.filter((row) => !rankings.has(row)).map((row) => `the row ${row} (${ROWS[row]})`),
        ...Object.keys(curves)
          .filter((name) => !(name in drawn))
          .map((name) => `the training curve of ${name}`),
      ]
      const agreed = compareInt8(rankings)
      const simulatedClicks = readManifest(folder).metrics.simulatedClicks === true
      const teacherFromScratch = recipe.teacherFromScratch === true
      const report: Report = {
        format: 'disranker-report',
        version: 1,
        test,
        // a log of your own may have judgements for the test split alone
        ...(judgedQueries(pairs, 'validation').length > 0 && {
          validation: buildTable('validation', read('validation'), recipe.resampling),
        }),
        ...(agreed && { agreement: withoutPoints(agreed) }),
        relevant: recipe.relevant ?? 'highest',
        simulatedClicks,
        missing,
        sentences: sentences(test, agreed, { teacherFromScratch, simulatedClicks, missing }),
      }
      work.signal.throwIfAborted()
      const pictures = {
        quality: await drawQuality(test),
        curves: await drawCurves(drawn),
        agreement: agreed && (await drawAgreement(agreed)),
      }
      writeWholeFile(join(work.folder, 'report.json'), reportJson(report))
      writeWholeFile(join(work.folder, 'report.html'), reportPage(report, pictures))
      for (const line of tableText(test)) work.progress.say(line)
      for (const sentence of report.sentences) work.progress.say(`- ${sentence}`)
      return { queries: test.queries, rows: Object.keys(test.rows), missing }
    },
  })
}

function readCurves(folders: readonly (readonly [string, string])[]): Curves {
  return Object.fromEntries(
    folders.flatMap(([name, folder]) => {
      const curve = readCurve(folder)
      return curve === undefined ? [] : [[name, curve]]
    }),
  )
}

function compareInt8(rankings: ReadonlyMap<RowName, readonly Ranking[]>): Agreement | undefined {
  const [int8, float] = [rankings.get('student_int8'), rankings.get('student')]
  if (int8 === undefined || float === undefined) return undefined
  const agreed = agreement('student_int8', int8, 'student', float)
  return agreed.pairs > 0 ? agreed : undefined
}

const withoutPoints = ({ points: _, ...rest }: Agreement) => rest
