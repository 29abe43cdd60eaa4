// The verdict from the figures: ship, keep, or wait. One rule for the report and for `promote`.
import type { Analysis, MetricResult } from '../analyse-experiment.ts'
import type { Preference } from '../interleaving/preference.ts'

export type Decision = 'better' | 'worse' | 'no difference found' | 'cannot be told'

export interface Verdict {
  readonly arm: string
  readonly decision: Decision
  /** one sentence */
  readonly reason: string
}

/** the sign of a significant difference: 1 better, -1 worse, 0 none */
export function found(
  { metric, comparison, adjustedP }: MetricResult,
  ended: boolean,
  alpha: number,
): number {
  const { difference, alwaysValid, p } = comparison
  // before the end only the interval that is valid at every look may decide
  const significant = ended ? (adjustedP ?? p) < alpha : alwaysValid.low > 0 || alwaysValid.high < 0
  if (!significant) return 0
  return Math.sign(difference) * (metric.better === 'higher' ? 1 : -1)
}

/** Whether the experiment has reached its planned end. */
export const hasEnded = ({ experiment, until }: Pick<Analysis, 'experiment' | 'until'>): boolean =>
  Date.parse(until) >= Date.parse(experiment.end)

/** A verdict for every arm except the first. */
export function judge(analysis: Analysis, alpha: number): Verdict[] {
  const ended = hasEnded(analysis)
  const { sampleRatio, arms, experiment } = analysis
  return experiment.arms.slice(1).map(({ name: arm }) => {
    if (sampleRatio.mismatch)
      return {
        arm,
        decision: 'cannot be told',
        reason:
          'the arms do not have the shares of users that their weights promise, so something is lost or counted twice on one side; find the cause first',
      }
    const results = arms.find((each) => each.arm === arm)?.metrics ?? []
    const main = results.filter(({ metric }) => metric.role === 'main')
    if (main.length === 0)
      return { arm, decision: 'cannot be told', reason: 'too few users with a click have been recorded' }
    const signs = main.map((result) => found(result, ended, alpha))
    const titles = (sign: number) =>
      main.filter((_, at) => signs[at] === sign).map(({ metric }) => metric.title)
    if (signs.includes(-1)) return { arm, decision: 'worse', reason: `it is worse in ${list(titles(-1))}` }
    if (signs.includes(1))
      return {
        arm,
        decision: 'better',
        reason: `it is better in ${list(titles(1))} and worse in no main metric`,
      }
    return {
      arm,
      decision: 'no difference found',
      reason: ended
        ? 'no difference in a main metric is significant at the planned end'
        : 'no difference in a main metric is significant yet',
    }
  })
}

/**
 * The verdict on the second arm of an interleaved experiment; `ended` as for the others: an early look
 * decides nothing.
 */
export function judgePreference(arm: string, preference: Preference, ended: boolean, alpha: number): Verdict {
  if (!ended)
    return { arm, decision: 'cannot be told', reason: 'the experiment has not reached its planned end' }
  if (!(preference.p < alpha))
    return { arm, decision: 'no difference found', reason: 'no preference of users is significant' }
  return preference.value > 0
    ? { arm, decision: 'better', reason: 'users click on its documents more often' }
    : { arm, decision: 'worse', reason: 'users click on its documents less often' }
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
