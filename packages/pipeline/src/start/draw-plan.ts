// Draws the plan as lines: on a terminal one for each stage, with a bar and an ETA; elsewhere one line when a
// stage ends.
import { styleText } from 'node:util'
import { formatSeconds } from '@disranker/stage'
import type { RunPlan, StageState } from './run-plan.ts'

const BAR = 32 // characters
/** seconds; in the final plan stages that took less share a line */
const SHORT = 5
const MARKS = { waiting: '·', running: '▸', done: '✔', unchanged: '✔', failed: '✖' } as const
const COLOURS = {
  waiting: 'dim',
  running: 'cyan',
  done: 'green',
  unchanged: 'green',
  failed: 'red',
} as const

/** @param columns of the terminal; longer lines are cut, because a line that wraps cannot be redrawn */
export function drawPlan(plan: RunPlan, columns: number): string[] {
  const stages = plan.stages()
  const width = Math.max(...stages.map(({ name }) => name.length))
  const cut = (line: string) => line.slice(0, columns - 1)
  const draw = (status: StageState['status'], name: string, text: string) =>
    styleText(COLOURS[status], cut(`${MARKS[status]} ${name.padEnd(width)}  ${text}`))
  const isShort = (stage: StageState) => stage.seconds < SHORT
  if (!stages.every(({ status }) => status === 'done' || status === 'unchanged'))
    return [...stages.map((stage) => draw(stage.status, stage.name, said(stage))), cut(drawBar(plan))]
  const names = (found: readonly StageState[]) => found.map(({ name }) => name).join(', ')
  const [unchanged, short] = [
    stages.filter(({ status }) => status === 'unchanged'),
    stages.filter((stage) => stage.status === 'done' && isShort(stage)),
  ]
  return [
    ...(unchanged.length > 0 ? [draw('unchanged', names(unchanged), 'unchanged')] : []),
    ...(short.length > 0 ? [draw('done', names(short), `less than ${SHORT} s each`)] : []),
    ...stages.filter((stage) => !isShort(stage)).map((stage) => draw('done', stage.name, said(stage))),
    cut(`All ${stages.length} stages in ${formatSeconds(plan.passed())}`),
  ]
}

function said({ status, seconds, expected, said }: StageState): string {
  if (status === 'waiting') return `about ${formatSeconds(expected)}`
  if (status === 'unchanged') return 'unchanged'
  if (status === 'running') return `${formatSeconds(seconds)}${said === undefined ? '' : `, ${said}`}`
  return formatSeconds(seconds)
}

function drawBar(plan: RunPlan): string {
  const share = plan.share()
  const filled = Math.round(BAR * share)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.floor(100 * share)} %, about ${roundly(plan.left())} left`
}

/** Whether a stage that has ended is reported together with the next one: it took less than a second. */
export function isBrief(plan: RunPlan, name: string): boolean {
  const { status, seconds } = plan.stages().find((one) => one.name === name)!
  return status === 'done' && seconds < 1
}

/** The line for the end of a stage. @param brief stages that ended before it, in less than a second each */
export function endLine(plan: RunPlan, name: string, brief: readonly string[] = []): string {
  const stages = plan.stages()
  const done = stages.filter(({ status }) => status === 'done' || status === 'unchanged').length
  const { status, seconds } = stages.find((one) => one.name === name)!
  const happened =
    status === 'unchanged'
      ? 'is unchanged'
      : `${status === 'failed' ? 'failed after' : 'took'} ${formatSeconds(seconds)}`
  const before = brief.length === 0 ? '' : ` (${brief.join(', ')}: less than 1 s)`
  return `${name} ${happened}${before}: ${done} of ${stages.length} stages, about ${roundly(plan.left())} left`
}

/** An estimate is not printed to the second. */
export const roundly = (seconds: number): string =>
  formatSeconds(seconds < 20 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5)
