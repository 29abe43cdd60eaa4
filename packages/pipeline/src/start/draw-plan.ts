// The plan as lines: one a stage and a bar with an ETA on a terminal, one line when a stage ends elsewhere.
import { styleText } from 'node:util'
import { formatSeconds } from '@disranker/stage'
import type { RunPlan, StageState } from './run-plan.ts'

const BAR = 32 // characters
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
  const lines = stages.map((stage) => {
    const text = `${MARKS[stage.status]} ${stage.name.padEnd(width)}  ${said(stage)}`
    return styleText(COLOURS[stage.status], text.slice(0, columns - 1))
  })
  return [...lines, drawBar(plan).slice(0, columns - 1)]
}

function said({ status, seconds, expected, said }: StageState): string {
  if (status === 'waiting') return `about ${formatSeconds(expected)}`
  if (status === 'unchanged') return 'unchanged'
  if (status === 'running') return `${formatSeconds(seconds)}${said === undefined ? '' : `, ${said}`}`
  return formatSeconds(seconds)
}

export function drawBar(plan: RunPlan): string {
  const share = plan.share()
  const filled = Math.round(BAR * share)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.floor(100 * share)} %, about ${roundly(plan.left())} left`
}

/** The line that says that a stage has ended. */
export function endLine(plan: RunPlan, name: string): string {
  const stages = plan.stages()
  const done = stages.filter(({ status }) => status === 'done' || status === 'unchanged').length
  const { status, seconds } = stages.find((one) => one.name === name)!
  const happened =
    status === 'unchanged'
      ? 'is unchanged'
      : `${status === 'failed' ? 'failed after' : 'took'} ${formatSeconds(seconds)}`
  return `${name} ${happened}: ${done} of ${stages.length} stages, about ${roundly(plan.left())} left`
}

/** What is guessed is not said to the second. */
export const roundly = (seconds: number): string =>
  formatSeconds(seconds < 20 ? Math.ceil(seconds) : Math.ceil(seconds / 5) * 5)
