// GET /v1/experiments: counts of the running experiments, for clients with a key of the server; and the page that shows them.
import { type Experiment, REQUEST_ORDER, sharesMismatch } from '@disranker/experiments'
import { experimentsPage } from '../describe/experiments-page.ts'
import type { ExperimentSource } from '../online/experiment-source.ts'
import { type ArmCounts, type LiveCounts, TEAM_ARMS } from '../online/live-counts.ts'
import { type Admission, type App, refuse } from './app-context.ts'

const TABLE = '/v1/experiments'
const EXPERIMENTS_PAGE = '/experiments'

export interface LiveSource {
  /** the counted records, as the end of the sentence "Counted ..." */
  readonly of: string
  counts(): Promise<LiveCounts>
}

export interface ExperimentRoutes {
  readonly experiments: ExperimentSource
  readonly live: LiveSource
  /** whether the server requires a key */
  readonly closed: boolean
}

export function experimentRoutes(
  app: App,
  { experiments, live, closed }: ExperimentRoutes,
  admission: Admission,
): void {
  app.get(TABLE, async (c) => {
    await admission.look(c)
    const [all, counts] = [await experiments(), await live.counts()]
    const now = Date.now()
    return c.json(
      { counted: live.of, experiments: all.map((one) => told(one, counts.arms(one.name), now)) },
      200,
      { 'cache-control': 'no-store' },
    )
  })
  app.get(EXPERIMENTS_PAGE, (c) => c.html(experimentsPage(closed)))
  for (const path of [TABLE, EXPERIMENTS_PAGE]) app.all(path, () => refuse('GET'))
}

/** number of units below which shares say nothing */
const FEWEST = 50

/** An experiment for the table; its arms in the order of the file, then the holdout. */
function told(experiment: Experiment, counts: readonly ArmCounts[], now: number) {
  const { name, design, unit, start, end, arms, holdout } = experiment
  const planned = [
    ...arms,
    ...(holdout > 0 ? [{ name: 'holdout', model: REQUEST_ORDER, weight: undefined }] : []),
  ]
  const rows = planned.map(({ name: arm, model, weight }, at) => {
    const counted = design === 'team-draft' ? (TEAM_ARMS[at] ?? arm) : arm
    const found = counts.find((one) => one.arm === counted)
    return {
      arm,
      model,
      weight,
      units: found?.units ?? 0,
      searches: found?.searches ?? 0,
      [design === 'team-draft' ? 'won_searches' : 'clicked_searches']: found?.clicked ?? 0,
      clicks: found?.clicks ?? 0,
      complete: found?.full !== true,
    }
  })
  const units = rows.slice(0, arms.length).map((row) => row.units)
  const weights = arms.map(({ weight }) => weight)
  const enough = units.reduce((sum, count) => sum + count, 0) >= FEWEST && rows.every((row) => row.complete)
  return {
    ...{ name, design, unit, start, end },
    state: now < Date.parse(start) ? 'not begun' : now < Date.parse(end) ? 'running' : 'ended',
    // the arms of other designs share their users
    ...(design === 'ab' && {
      shares: !enough ? 'not known' : sharesMismatch(units, weights) ? 'mismatch' : 'as the weights say',
    }),
    arms: rows,
  }
}
