// An experiment's recorded searches and events -> a verdict, a page, and the figures as JSON.
// Run: npx turbo run experiment
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Experiment, parseExperiments } from '@disranker/experiments'
import { InputError, type Manifest, runStage, type StageOptions, writeWholeFile } from '@disranker/stage'
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import { analyseExperiment } from './analyse-experiment.ts'
import { interleavedPreference } from './interleaving/interleaved.ts'
import { estimateOffPolicy } from './off-policy/off-policy.ts'
import { replayedSearches } from './off-policy/replayed.ts'
import { clickRates } from './recorded/click-rates.ts'
import { conversionMetric, METRICS, sqlText, TOP } from './recorded/metrics.ts'
import { openRecorded, recordedFiles } from './recorded/open-recorded.ts'
import type { ExperimentReport } from './report/report-page.ts'
import { reportPage } from './report/report-page.ts'
import {
  abSentences,
  lossSentences,
  preferenceSentences,
  replaySentences,
  verdictSentence,
} from './report/sentences.ts'
import { judge, judgePreference } from './report/verdict.ts'

export const experimentSchema = z.strictObject({
  /** name of the experiment in the file; optional if there is only one */
  name: z.string().min(1).exactOptional(),
  /** ISO 8601: ignore records from this time on; optional */
  until: z.iso.datetime({ offset: true }).exactOptional(),
  /** probability of a false finding */
  alpha: z.number().gt(0).lt(0.5),
  /** days before the start that show a unit's usual behaviour */
  daysBefore: z.int().min(0).max(365),
  /** action names for metrics per search, such as purchase */
  actions: z.array(z.string().min(1)).readonly(),
  /**
   * for the design `explore`: a file of JSON lines {"query_id", "order"}, with the order of the documents by
   * a model that was not shown; its figures are estimated
   */
  replay: z.string().min(1).exactOptional(),
})
export type ExperimentRecipe = Readonly<z.output<typeof experimentSchema>>

export interface ExperimentOptions extends StageOptions<ExperimentRecipe> {
  /** folder of the records: ubi_queries*, ubi_events* */
  readonly recorded: string
  /** the Worker's file of experiments */
  readonly experiments: string
}

/**
 * Analyses one experiment. Writes `report.html`, `report.md` and `experiment.json`.
 * @throws {InputError} when there are no records, or the experiment is not in the file
 */
export async function experiment(options: ExperimentOptions): Promise<Manifest> {
  const { recorded: input, experiments, recipe } = options
  const chosen = chooseExperiment(experiments, recipe.name)
  const files = [...recordedFiles(input, 'ubi_queries'), ...recordedFiles(input, 'ubi_events')]
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'experiment',
    inputs: {},
    facts: {
      experiment: JSON.stringify(chosen),
      recorded: await hashAll(input, files),
      ...(recipe.replay !== undefined &&
        existsSync(recipe.replay) && { replay: await hashAll(dirname(recipe.replay), [recipe.replay]) }),
    },
    async run({ folder, scratch, progress }) {
      const recorded = await openRecorded(input, scratch)
      try {
        const report = await reportOn(recorded.connection, chosen, recipe, lossSentences(recorded.counts))
        for (const sentence of [...report.verdicts, ...report.sentences])
          progress.say(`experiment: ${sentence}`)
        writeWholeFile(join(folder, 'report.html'), await reportPage(report))
        writeWholeFile(join(folder, 'report.md'), markdown(report))
        writeWholeFile(
          join(folder, 'experiment.json'),
          `${JSON.stringify(plainReport(report), undefined, 1)}\n`,
        )
        return { decisions: report.decisions, ...recorded.counts }
      } finally {
        recorded.close()
      }
    },
  })
}

async function reportOn(
  connection: DuckDBConnection,
  chosen: Experiment,
  { until: wanted, alpha, daysBefore, actions, replay }: ExperimentRecipe,
  losses: readonly string[],
): Promise<ExperimentReport> {
  const until = wanted ?? (await lastRecorded(connection, chosen))
  const shared = { experiment: chosen, losses, versions: await shownVersions(connection, chosen) }
  if (chosen.design === 'team-draft') {
    const preference = await interleavedPreference(connection, chosen.name, {
      start: chosen.start,
      until,
      alpha,
    })
    const ended = Date.parse(until) >= Date.parse(chosen.end)
    const decision = judgePreference(chosen.arms[1]!.name, preference, ended, alpha)
    const sentences = preferenceSentences(chosen, preference, alpha)
    return {
      ...shared,
      decisions: [decision],
      verdicts: [verdictSentence(decision)],
      sentences,
      preference,
      analysis: undefined,
    }
  }
  if (chosen.design === 'explore') {
    if (replay === undefined)
      throw new InputError(
        `The experiment "${chosen.name}" explores: it compares no arms, it makes the log fit to learn from. Bring it to the next training with: npm run collect. For what another model would have got, name its orders in the recipe (replay).`,
      )
    const searches = await replayedSearches(connection, chosen.name, replay, { start: chosen.start, until })
    const offPolicy = estimateOffPolicy(searches, { top: TOP, alpha, model: clickRates(searches) })
    return {
      ...shared,
      decisions: [],
      ...replaySentences(offPolicy, TOP),
      analysis: undefined,
      preference: undefined,
      offPolicy,
    }
  }
  const metrics = [...METRICS, ...actions.map(conversionMetric)]
  const analysis = await analyseExperiment(connection, chosen, { until, daysBefore, alpha, metrics, actions })
  const decisions = judge(analysis, alpha)
  return {
    ...shared,
    decisions,
    verdicts: decisions.map(verdictSentence),
    sentences: abSentences(analysis, alpha),
    analysis,
    preference: undefined,
  }
}

async function shownVersions(connection: DuckDBConnection, { name, design, arms }: Experiment) {
  const rows = await connection.runAndReadAll(
    `SELECT ${design === 'ab' ? 'arm' : sqlText(arms.at(-1)!.name)} AS arm, version, count(*) AS searches
FROM searches JOIN participations USING (query_id) WHERE experiment = ${sqlText(name)} AND version IS NOT NULL GROUP BY ALL ORDER BY searches DESC, version`,
  )
  const found: Record<string, string[]> = {}
  for (const { arm, version } of rows.getRowObjectsJS() as { arm: string; version: string }[]) {
    found[arm] ??= []
    found[arm].push(version)
  }
  return found
}

/** The end of the last recorded search of the experiment: its planned end if it has run that long. */
async function lastRecorded(connection: DuckDBConnection, { name, end }: Experiment): Promise<string> {
  const statement = await connection.prepare(
    "SELECT strftime(max(time) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS last FROM searches JOIN participations USING (query_id) WHERE experiment = $1",
  )
  statement.bindVarchar(1, name)
  const { last } = (await statement.runAndReadAll()).getRowObjectsJS()[0] as { last: string | null }
  if (last === null)
    throw new InputError(
      `No recorded search takes part in the experiment "${name}". Wanted: searches with "${name}" among their query_attributes.disranker.experiments. Check that the deployed Worker has this experiment and that its time has begun.`,
    )
  const LAST_DAY = 86_400_000
  return Date.parse(last) + LAST_DAY >= Date.parse(end) ? end : last
}

function chooseExperiment(file: string, name: string | undefined): Experiment {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new InputError(
      `${file} cannot be read. Wanted: the experiments of the Worker that recorded (apps/docs/pages/measure-online.md has an example).`,
      { cause },
    )
  }
  let all: readonly Experiment[]
  try {
    all = parseExperiments(text, file)
  } catch (cause) {
    throw new InputError((cause as Error).message, { cause })
  }
  const found = name === undefined && all.length === 1 ? all[0] : all.find((each) => each.name === name)
  if (found !== undefined) return found
  if (all.length === 0)
    throw new InputError(
      `${file} has no experiment. Wanted: one (apps/docs/pages/measure-online.md has an example), and the Worker's records of it.`,
    )
  const names = all.map((each) => each.name).join(', ')
  throw new InputError(
    name === undefined
      ? `${file} has several experiments: ${names}. Name one in packages/online/recipes/experiment.ts.`
      : `${file} has no experiment "${name}". It has: ${names}.`,
  )
}

async function hashAll(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(relative(folder, file))
    await pipeline(createReadStream(file), async (bytes) => {
      for await (const block of bytes) hash.update(block)
    })
  }
  return hash.digest('hex')
}

function markdown({ experiment: { name }, verdicts, sentences, losses }: ExperimentReport): string {
  const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n')
  const parts = [`# Experiment ${name}`, bullets(verdicts), bullets(sentences)]
  if (losses.length > 0) parts.push('Unused rows:', bullets(losses))
  return `${parts.join('\n\n')}\n`
}

/** The report as JSON: maps become objects. */
const plainReport = ({ analysis, ...rest }: ExperimentReport) => ({
  ...rest,
  ...(analysis && { analysis: { ...analysis, units: Object.fromEntries(analysis.units) } }),
})
