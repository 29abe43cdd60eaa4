// Analyses one experiment: units of each arm, whether the arms have the units that they should have, each
// metric with its difference, and the main metric day by day.
import type { Experiment } from '@disranker/experiments'
import { holm } from '@disranker/ranking/holm'
import type { DuckDBConnection } from '@duckdb/node-api'
import { armMoments } from './comparison/arm-moments.ts'
import { type Comparison, compareArms } from './comparison/compare-arms.ts'
import { addMoments, type Moments } from './comparison/moments.ts'
import { unitsPerArm } from './comparison/power.ts'
import { adjustmentFrom, type Estimate, estimateAdjusted, estimateRatio } from './comparison/ratio.ts'
import { checkSampleRatio, type SampleRatio } from './comparison/sample-ratio.ts'
import type { Metric } from './recorded/metrics.ts'
import { unitTables } from './recorded/sql.ts'

export interface AnalysisOptions {
  /** ISO 8601: later records are ignored */
  readonly until: string
  /** days before the start that show a unit's usual behaviour */
  readonly daysBefore: number
  /** probability of a false finding */
  readonly alpha: number
  readonly metrics: readonly Metric[]
  /** action names for metrics */
  readonly actions: readonly string[]
}

export interface MetricResult {
  readonly metric: Metric
  /** of the first arm and this one */
  readonly comparison: Comparison
  /** the same without the data from before the start */
  readonly plain: Comparison
  /** adjusted for the main metrics of the page (Holm); undefined for the others */
  readonly adjustedP: number | undefined
  /** units that each arm needs for a difference of 0.5 % of the first arm's value */
  readonly unitsForHalfPercent: number
}

export interface ArmResult {
  readonly arm: string
  readonly metrics: readonly MetricResult[]
}

export interface Day {
  /** ISO date: everything that is recorded up to its end */
  readonly date: string
  readonly arm: string
  readonly comparison: Comparison
}

export interface Analysis {
  readonly experiment: Experiment
  readonly until: string
  readonly units: ReadonlyMap<string, number>
  /** number of units that saw more than one arm; left out */
  readonly crossed: number
  readonly sampleRatio: SampleRatio
  /** every arm except the first */
  readonly arms: readonly ArmResult[]
  /** the first main metric over time */
  readonly days: readonly Day[]
}

/** Analyses an experiment of the design `ab`; needs the tables of `readTables` and `SEARCH_ROWS`. */
export async function analyseExperiment(
  connection: DuckDBConnection,
  experiment: Experiment,
  { until, daysBefore, alpha, metrics, actions }: AnalysisOptions,
): Promise<Analysis> {
  const { name, start, arms } = experiment
  const tables = (end: string) => connection.run(unitTables(name, { start, until: end, daysBefore, actions }))
  await tables(until)
  const counted = (
    await connection.runAndReadAll(
      'SELECT arm, count(*) FILTER (arms = 1)::DOUBLE AS n, count(*) FILTER (arms > 1)::DOUBLE AS crossed FROM units GROUP BY arm',
    )
  ).getRowObjectsJS() as { arm: string; n: number; crossed: number }[]
  const units = new Map(arms.map((arm) => [arm.name, counted.find((row) => row.arm === arm.name)?.n ?? 0]))
  const planned = plannedUnits(experiment, until, units)
  const results = new Map<string, MetricResult[]>()
  for (const metric of metrics) {
    const moments = await armMoments(connection, metric)
    for (const [arm, result] of compareAll(experiment, metric, moments, { alpha, plannedUnits: planned }))
      results.set(arm, [...(results.get(arm) ?? []), result])
  }
  const days: Day[] = []
  const [main] = metrics
  for (const date of datesUntil(start, until)) {
    await tables(date)
    const found = compareAll(experiment, main!, await armMoments(connection, main!), {
      alpha,
      plannedUnits: planned,
    })
    for (const [arm, { comparison }] of found) days.push({ date, arm, comparison })
  }
  return {
    experiment,
    until,
    units,
    crossed: counted.reduce((sum, { crossed }) => sum + crossed, 0),
    sampleRatio: checkSampleRatio(
      arms.map((arm) => units.get(arm.name)!),
      arms.map(({ weight }) => weight),
    ),
    arms: withHolm([...results].map(([arm, list]) => ({ arm, metrics: list }))),
    days,
  }
}

type CompareOptions = { readonly alpha: number; readonly plannedUnits: number }

function compareAll(
  { arms }: Experiment,
  metric: Metric,
  moments: ReadonlyMap<string, Moments>,
  options: CompareOptions,
): Map<string, MetricResult> {
  const found = new Map<string, MetricResult>()
  const [first, ...others] = arms
  const control = moments.get(first!.name)
  if (control === undefined || !comparable(control)) return found
  const all = [...moments.values()].reduce(addMoments)
  const adjustment = adjustmentFrom(all)
  for (const { name } of others) {
    const treatment = moments.get(name)
    if (treatment === undefined || !comparable(treatment)) continue
    const compare = (estimate: (moments: Moments) => Estimate) =>
      compareArms(estimate(control), estimate(treatment), options)
    const plain = compare((moments) => estimateRatio(moments, 'leverage'))
    const variance = plain.control.variance * plain.control.n
    found.set(name, {
      metric,
      comparison: compare((moments) => estimateAdjusted(moments, adjustment, 'leverage')),
      plain,
      adjustedP: undefined,
      unitsForHalfPercent: unitsPerArm(0.005 * plain.control.value, variance, { alpha: options.alpha }),
    })
  }
  return found
}

/** with fewer units the variance is unreliable */
const FEWEST = 10

const comparable = ({ n, means }: Moments) => n >= FEWEST && means[1]! > 0 && means[0]! !== 0

/** Adjusts p over all main metrics of all arms: they are one family. */
function withHolm(arms: readonly ArmResult[]): ArmResult[] {
  const main = arms.flatMap(({ metrics }) => metrics.filter(({ metric }) => metric.role === 'main'))
  const adjusted = holm(main.map(({ comparison }) => comparison.p))
  const byResult = new Map(main.map((result, at) => [result, adjusted[at]!]))
  return arms.map(({ arm, metrics }) => ({
    arm,
    metrics: metrics.map((result) => ({ ...result, adjustedP: byResult.get(result) })),
  }))
}

const DAY = 86_400_000

/** Units of an arm at the end of the experiment, at the current rate. */
function plannedUnits({ start, end }: Experiment, until: string, units: ReadonlyMap<string, number>): number {
  const [from, to, planned] = [start, until, end].map((time) => Date.parse(time)) as [number, number, number]
  const smallest = Math.max(FEWEST, Math.min(...units.values()))
  return smallest * Math.max(1, (planned - from) / Math.max(1, Math.min(to, planned) - from))
}

/** maximal number of looks in a picture */
const MOST_DAYS = 60

/** Ends of days (UTC) from the start to `until`, at most 60 of them, evenly spread. */
function datesUntil(start: string, until: string): string[] {
  const [from, to] = [Math.floor(Date.parse(start) / DAY) + 1, Math.ceil(Date.parse(until) / DAY)]
  const days = Array.from({ length: Math.max(0, to - from + 1) }, (_, day) => from + day)
  const step = Math.ceil(days.length / MOST_DAYS) || 1
  return days
    .filter((_, at) => (days.length - 1 - at) % step === 0)
    .map((day) => new Date(day * DAY).toISOString())
}
