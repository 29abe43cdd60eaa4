// Compares every run with the judgements: one report with intervals, differences, pictures and plain
// sentences.
// Run: npx turbo run evaluate
import { join } from 'node:path'
import { readPairs, readQueryViews } from '@disranker/dataset'
import { CROSS_FITTED } from '@disranker/ranking'
import {
  findManifest,
  InputError,
  type Manifest,
  readManifest,
  runStage,
  type StageOptions,
  wholeContent,
  writeWholeFile,
} from '@disranker/stage'
import { z } from 'zod'
import { type Curves, readCurve } from './curves.ts'
import { buildTable, correctAll, type Table } from './figures/table.ts'
import { tableText } from './figures/table-text.ts'
import { judgeServed } from './figures/verdict.ts'
import { findKept, type KeptRun } from './kept-runs.ts'
import { lookCloser } from './look-closer.ts'
import { type Agreement, agreement } from './measures/agreement.ts'
import { cardsOf } from './page/cards.ts'
import { reportPage } from './page/report-page.ts'
import { comparisonsSaid, sentencesByTopic } from './page/sentences.ts'
import { drawAgreement } from './pictures/agreement.ts'
import { drawCurves } from './pictures/curves.ts'
import { drawQuality } from './pictures/quality.ts'
import {
  coverageOf,
  isFewAlike,
  type JudgedRow,
  type JudgedRows,
  readCrossFitted,
  readRows,
} from './read-rows.ts'
import { type Report, reportJson } from './report.ts'
import { completed, findRows, type RowInfo } from './rows.ts'

export const evaluateSchema = z.strictObject({
  // with fewer samples the ends of an interval are too noisy
  resampling: z.strictObject({ samples: z.int().min(100).max(1_000_000), seed: z.int() }),
  /** minimal grade that is relevant in MRR, precision and recall; by default the highest grade of each query */
  relevant: z.int().min(1).exactOptional(),
  /**
   * true when the teacher does not start from a pre-trained language model: the report then explains the
   * consequences. A stage that started `from` a model overrides it
   */
  teacherFromScratch: z.boolean().exactOptional(),
  /** true bundles a model that ranks significantly below the first stage */
  bundleBelowFirstStage: z.boolean().exactOptional(),
  /** true bundles a model whose figure is below the first stage's when the queries are too few to decide */
  bundleUndecided: z.boolean().exactOptional(),
  /** kept runs that are compared with the current ones: all of them, or those of these names */
  kept: z.union([z.literal('all'), z.array(z.string()).readonly()]).exactOptional(),
})
export type EvaluateRecipe = Readonly<z.output<typeof evaluateSchema>>

export interface EvaluateOptions extends StageOptions<EvaluateRecipe> {
  /** folder of the pairs stage: queries, judgements and the run of the first stage */
  readonly pairs: string
  /**
   * Folders of the stages of the report, by name. Those that ranked (`ranked.json`) are rows, those with a
   * `curve.jsonl` are curves; an incomplete one is listed as missing.
   */
  readonly stages: Readonly<Record<string, string>>
  /** folder of kept runs: `<name>/<stage>`, each a stage's folder */
  readonly kept?: string
}

/**
 * Writes `report.json` and `report.html`.
 * @throws {InputError} when nothing is judged, there is no row, or a run is broken, misses queries, or was
 * made from other pairs
 */
export function evaluate(options: EvaluateOptions): Promise<Manifest> {
  const { pairs: folder, stages, kept, recipe } = options
  // a stage that did no work, and said why, has no run
  const present = Object.entries(stages).filter(([, at]) => completed(at) !== undefined)
  const keptRuns = findKept(kept, recipe.kept)
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'evaluate',
    inputs: { pairs: folder },
    // what a stage may postpone is shown, too
    facts: Object.fromEntries([
      ...present.map(([name, at]) => [name, wholeContent(readManifest(at))]),
      ...keptRuns.map(({ name, stage, folder }) => [`${stage}@${name}`, wholeContent(readManifest(folder))]),
    ]),
    async run(work) {
      const { content, metrics } = readManifest(folder)
      // a run kept before the data changed must not fail the report of later runs
      const [comparable, stale] = [true, false].map((same) =>
        keptRuns.filter((run) => (readManifest(run.folder).inputs.pairs === content) === same),
      ) as [KeptRun[], KeptRun[]]
      const rows = findRows({ stages: new Map(present), kept: comparable })
      if (rows.length === 0)
        throw new InputError(
          `There is no run to evaluate: none of ${Object.values(stages).join(', ') || '(no folder given)'} is complete and ranks. Run \`npx turbo run train\`.`,
        )
      const pairs = work.closeLater(readPairs(folder))
      const first = typeof metrics.firstStage === 'string' ? metrics.firstStage : 'bm25'
      const from = { pairs, folder, first, rows, relevant: recipe.relevant }
      const read = (split: 'test' | 'validation') => readRows({ ...from, split })
      const judged = read('test')
      const few = isFewAlike(pairs, gradersOf(metrics))
      const all = few ? readCrossFitted(from) : undefined
      const tableOf = (split: string, { rows, coverage }: JudgedRows) =>
        buildTable(split, rows, coverage, recipe.resampling)
      const measured = tableOf('test', judged)
      const crossed = all && tableOf(CROSS_FITTED, all)
      const [test, crossFitted] = correctAll([
        { table: measured, said: comparisonsSaid(measured.info, crossed ? 'rest' : 'all') },
        ...(crossed ? [{ table: crossed, said: comparisonsSaid(crossed.info, 'served') }] : []),
      ]) as [Table, Table?]
      work.signal.throwIfAborted()
      const drawn = readCurves([
        ...present,
        ...comparable.map(({ name, stage, folder }) => [`${stage}@${name}`, folder] as const),
      ])
      const missing = Object.entries(stages)
        .filter(([name]) => !present.some(([there]) => there === name))
        .map(([name, at]) => `${name} (${whyMissing(at)})`)
        .concat(stale.map(({ name, stage }) => `${stage}@${name} (kept from other pairs: not comparable)`))
      const agreed = compareInt8(judged.rows)
      const verdict = judgeServed(crossFitted ?? test, {
        below: recipe.bundleBelowFirstStage === true,
        undecided: recipe.bundleUndecided === true,
      })
      const setting = {
        simulatedClicks: metrics.simulatedClicks === true,
        missing,
        notices: noticesOf(metrics.notices),
        verdict,
        ...(crossFitted && { crossFitted }),
      }
      // the manifest of a stage that started from a model names it in `from`
      const pretrained = present.some(([, at]) => readManifest(at).inputs.from !== undefined)
      const teacherFromScratch = recipe.teacherFromScratch === true && !pretrained
      const fewAndLearned = few && verdict.served && crossFitted === undefined
      const said = sentencesByTopic(test, agreed, { teacherFromScratch, fewAndLearned, ...setting })
      const report: Report = {
        format: 'disranker-report',
        version: 3,
        test,
        // your own log may have judgements for the test split only
        ...(coverageOf(pairs, 'validation').queries.length > 0 && {
          validation: tableOf('validation', read('validation')),
        }),
        ...(agreed && { agreement: withoutPoints(agreed) }),
        relevant: recipe.relevant ?? 'highest',
        ...setting,
        cards: cardsOf(test, crossFitted),
        ...lookCloser({
          pairs,
          views: readQueryViews(folder),
          judged,
          test,
          recipe,
          teacherFromScratch,
          trainQueries: gradedOf(metrics),
        }),
        sentences: said.map(({ text }) => text),
      }
      work.signal.throwIfAborted()
      const pictures = {
        quality: await drawQuality(test),
        curves: await drawCurves(drawn),
        agreement: agreed && (await drawAgreement(agreed)),
      }
      writeWholeFile(join(work.folder, 'report.json'), reportJson(report))
      writeWholeFile(join(work.folder, 'report.html'), reportPage(report, pictures, said))
      for (const table of [test, ...(crossFitted ? [crossFitted] : [])])
        for (const line of tableText(table)) work.progress.say(line)
      for (const sentence of report.sentences) work.progress.say(`- ${sentence}`)
      return { queries: test.queries, rows: Object.keys(test.rows), missing, bundled: verdict.bundled }
    },
  })
}

function whyMissing(folder: string) {
  const manifest = findManifest(folder)
  if (manifest?.postponed) return 'its test queries are ranked later'
  return manifest?.metrics.leftOut ?? `${folder} is not complete`
}

/** For each split, whether people or clicks graded it, from the manifest of the pairs stage. */
function gradersOf({ splits }: Manifest['metrics']): Readonly<Record<string, string>> {
  const { graders = {} } = (splits ?? {}) as { readonly graders?: Readonly<Record<string, string>> }
  return graders
}

/** Number of graded train queries, from the manifest of the pairs stage. */
function gradedOf({ judged }: Manifest['metrics']): number | undefined {
  const { train } = (judged ?? {}) as { readonly train?: unknown }
  return typeof train === 'number' ? train : undefined
}

/** The messages of the pairs stage about the data, except those that the report has itself. */
const noticesOf = (notices: unknown): string[] =>
  (Array.isArray(notices) ? notices : [])
    .map((notice) =>
      String(notice)
        .replace(/^pairs: /, '')
        // the rows that followed the colon are not in the manifest
        .replace(/:$/, '.'),
    )
    .filter((notice) => !/judged (test|validation) queries/.test(notice))

function readCurves(folders: readonly (readonly [string, string])[]): Curves {
  return Object.fromEntries(
    folders.flatMap(([name, folder]) => {
      const curve = readCurve(folder)
      return curve === undefined ? [] : [[name, curve]]
    }),
  )
}

/** The served model compared with the float32 model that it was made from. */
function compareInt8(rows: readonly JudgedRow[]): Agreement | undefined {
  const of = (role: RowInfo['role']) =>
    rows.find(({ info }) => info.role === role && !info.name.includes('@'))
  const [int8, float] = [of('served'), of('distilled')]
  if (int8 === undefined || float === undefined) return undefined
  const agreed = agreement(int8.info.name, int8.rankings, float.info.name, float.rankings)
  return agreed.pairs > 0 ? agreed : undefined
}

const withoutPoints = ({ points: _, ...rest }: Agreement) => rest
