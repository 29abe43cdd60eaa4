// The report as one page without external resources.
import type { Experiment } from '@disranker/experiments'
import { colors, drawSvg, escapeHtml, figure, list, page, section, tableOf } from '@disranker/page'
import type { Analysis, Day } from '../analyse-experiment.ts'
import type { Preference } from '../interleaving/preference.ts'
import type { OffPolicy } from '../off-policy/off-policy.ts'
import { countText, percent, plain, pText } from './figures-text.ts'
import type { Verdict } from './verdict.ts'

export interface ExperimentReport {
  readonly experiment: Experiment
  readonly decisions: readonly Verdict[]
  readonly verdicts: readonly string[]
  readonly sentences: readonly string[]
  readonly losses: readonly string[]
  readonly analysis: Analysis | undefined
  readonly preference: Preference | undefined
  /** the figures of a model that was not shown, estimated from explored searches */
  readonly offPolicy?: OffPolicy
  /**
   * versions of the model that the arms showed, most searches first; for an interleaved list that of the
   * second arm
   */
  readonly versions: Readonly<Record<string, readonly string[]>>
}

/** The page. */
export async function reportPage(report: ExperimentReport): Promise<string> {
  const { experiment, verdicts, sentences, losses, analysis } = report
  const sections = [section('Verdict', list(verdicts)), section('Findings', list(sentences))]
  if (analysis !== undefined) {
    const { arms, days } = analysis
    const control = experiment.arms[0]!.name
    if (days.length > 0)
      sections.push(
        section(
          'Day by day',
          figure(
            await drawDays(days),
            `Relative difference from ${control} in the share of searches with a click. The band is valid at every look; the bar at the end is the interval of the planned end.`,
          ),
        ),
      )
    for (const { arm, metrics } of arms)
      sections.push(
        section(
          `${arm} against ${control}`,
          tableOf(
            ['metric', control, arm, 'difference', 'without the time before', 'p', 'always valid'],
            metrics.map(({ metric, comparison, plain: unadjusted, adjustedP }) => {
              const { control: a, treatment: b, relative, relativeInterval, p, alwaysValid } = comparison
              const cells = [
                plain(a.value),
                plain(b.value),
                percent(relative, relativeInterval),
                percent(unadjusted.relative, unadjusted.relativeInterval),
                pText(adjustedP ?? p) + (adjustedP === undefined ? '' : ' (Holm)'),
                `[${plain(alwaysValid.low)}, ${plain(alwaysValid.high)}]`,
              ]
              return `<tr><th scope="row">${escapeHtml(metric.title)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`
            }),
          ),
        ),
      )
    sections.push(
      section(
        'Users of each arm',
        tableOf(
          ['arm', 'model', 'users'],
          experiment.arms.map(
            ({ name, model }) =>
              `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(model ?? 'the one served')}</td><td>${countText(analysis.units.get(name) ?? 0)}</td></tr>`,
          ),
        ),
      ),
    )
  }
  if (losses.length > 0) sections.push(section('Unused rows', list(losses)))
  return page({
    title: `Experiment ${experiment.name}`,
    lead: `${experiment.design}, ${experiment.start.slice(0, 10)} to ${experiment.end.slice(0, 10)}, by ${experiment.unit}`,
    sections,
  })
}

/** The relative difference of each arm over time with its always valid band. */
function drawDays(days: readonly Day[]): Promise<string> {
  const values = days.map(({ date, arm, comparison: { relative, alwaysValid, control } }) => ({
    date,
    arm,
    relative,
    low: alwaysValid.low / control.value,
    high: alwaysValid.high / control.value,
  }))
  const x = { field: 'date', type: 'temporal', title: null } as const
  return drawSvg(
    {
      data: { values },
      width: 640,
      height: 260,
      layer: [
        {
          mark: { type: 'area', opacity: 0.2, color: colors.accent },
          encoding: {
            x,
            y: { field: 'low', type: 'quantitative', title: 'difference', axis: { format: '+.0%' } },
            y2: { field: 'high' },
            detail: { field: 'arm' },
          },
        },
        {
          mark: { type: 'line', color: colors.accent, point: { color: colors.accent } },
          encoding: { x, y: { field: 'relative', type: 'quantitative' }, detail: { field: 'arm' } },
        },
        {
          mark: { type: 'rule', color: colors.quiet, strokeDash: [4, 4] },
          encoding: { y: { datum: 0 } },
        },
      ],
    },
    'Relative difference in the share of searches with a click, day by day, with its always valid band',
  )
}
