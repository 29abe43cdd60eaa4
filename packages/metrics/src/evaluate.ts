// Every run against the judgements; one report.
// Run: npx turbo run evaluate
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Judgements, type Run, readLines, readQrels, readRun } from '@disranker/dataset'
import { findManifest, type Manifest, runStage, writeWholeFile } from '@disranker/stage'
import { type CurvePoint, drawCurves } from './pictures/curves.ts'
import { drawQuality } from './pictures/quality.ts'
import { compareScores } from './pictures/reliability.ts'
import { makeReport, type RowName } from './report.ts'
import { reportPage } from './report-page.ts'
import type { Resampling } from './resampling.ts'

export interface EvaluateRecipe {
  readonly resampling: Resampling
}

export interface EvaluateOptions {
  /** folder of the pairs stage: judgements, and the run of BM25 */
  readonly pairs: string
  /** folders of the stages whose runs are rows; one that is not there is named in the report */
  readonly rows: Readonly<Record<Exclude<RowName, 'bm25'>, string>>
  /** folders of trained stages with a curve.jsonl */
  readonly curves: Readonly<Record<string, string>>
  readonly out: string
  readonly recipe: EvaluateRecipe
  readonly signal?: AbortSignal
}

const SPLITS = ['validation', 'test'] as const

/**
 * Leaves report.json and report.html.
 * @throws {InputError} when a run does not fit the judgements
 */
export function evaluate({ pairs, rows, curves, out, recipe, signal }: EvaluateOptions): Promise<Manifest> {
  const complete = (folder: string) => findManifest(folder) !== undefined
  const present = Object.entries(rows).filter(([, folder]) => complete(folder)) as [RowName, string][]
  const missing = Object.keys(rows).filter((name) => !complete(rows[name as Exclude<RowName, 'bm25'>]))
  const trained = Object.entries(curves).filter(([, folder]) => complete(folder))
  return runStage({
    name: 'evaluate',
    out,
    inputs: {
      pairs,
      ...Object.fromEntries(present),
      ...Object.fromEntries(trained.map(([name, folder]) => [`curve of ${name}`, folder])),
    },
    recipe,
    signal,
    async run({ folder, progress }) {
      const runsOf = (split: (typeof SPLITS)[number]) =>
        new Map<RowName, Run>([
          ['bm25', readRun(join(pairs, `bm25.${split}.run`))],
          ...present.map(([name, stage]) => [name, readRun(join(stage, 'runs', `${split}.run`))] as const),
        ])
      const judgementsOf = (split: (typeof SPLITS)[number]): Judgements =>
        readQrels(join(pairs, `qrels.${split}.txt`))
      const runs = { validation: runsOf('validation'), test: runsOf('test') }
      const report = makeReport({
        runs,
        judgements: { validation: judgementsOf('validation'), test: judgementsOf('test') },
        missing,
        simulatedClicks: findManifest(pairs)?.metrics.simulatedClicks === true,
        resampling: recipe.resampling,
      })
      const [float, int8] = [runs.test.get('student'), runs.test.get('student_int8')]
      const points = new Map(
        trained
          .map(([name, stage]) => [name, join(stage, 'curve.jsonl')] as const)
          .filter(([, file]) => existsSync(file))
          .map(([name, file]) => [name, readLines<CurvePoint>(file)]),
      )
      const page = reportPage(report, {
        quality: await drawQuality(report.test),
        curves: await drawCurves(points),
        reliability: float && int8 ? await compareScores(float, int8) : undefined,
      })
      writeWholeFile(join(folder, 'report.json'), `${JSON.stringify(report, undefined, 1)}\n`)
      writeWholeFile(join(folder, 'report.html'), page)
      for (const sentence of report.sentences) progress.say(sentence)
      return { rows: Object.keys(report.test.rows), missing }
    },
  })
}
