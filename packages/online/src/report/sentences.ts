// Turns the figures into sentences. Each follows from one figure by one rule (`verdict.ts`).
import type { Analysis } from '../analyse-experiment.ts'
import { unitsInterleaved } from '../comparison/power.ts'
import type { Preference } from '../interleaving/preference.ts'
import type { OffPolicy } from '../off-policy/off-policy.ts'
import type { Counts } from '../recorded/open-recorded.ts'
import { countText, percent, plain, pText } from './figures-text.ts'
import { found, hasEnded, type Verdict } from './verdict.ts'

/** The verdict as a sentence. */
export const verdictSentence = ({ arm, decision, reason }: Verdict): string =>
  `${arm}: ${decision}. ${upper(reason)}.`

/** Sentences about an experiment of the design `ab`. */
export function abSentences(analysis: Analysis, alpha: number): string[] {
  const { experiment, units, crossed, sampleRatio, until } = analysis
  const ended = hasEnded(analysis)
  const control = experiment.arms[0]!.name
  const sentences = [
    `${list([...units].map(([arm, count]) => `${countText(count)} users saw ${arm}`))}.`,
    sampleRatio.mismatch
      ? `The arms do not have the shares of users that their weights promise (chi-square ${plain(sampleRatio.statistic)}, ${pText(sampleRatio.p)}).`
      : `The arms have the shares of users that their weights promise (${pText(sampleRatio.p)}).`,
  ]
  if (crossed > 0) sentences.push(`${countText(crossed)} users saw more than one arm and are left out.`)
  if (!ended)
    sentences.push(
      `The experiment runs until ${experiment.end.slice(0, 10)}; this report ends at ${until.slice(0, 10)}. Until then only the always valid intervals decide.`,
    )
  for (const { arm, metrics } of analysis.arms)
    for (const result of metrics) {
      const { metric, comparison, adjustedP } = result
      const sign = found(result, ended, alpha)
      const word = sign > 0 ? 'better' : sign < 0 ? 'worse' : 'not significantly different'
      const p = ended ? `, ${pText(adjustedP ?? comparison.p)}` : ''
      sentences.push(
        `${upper(metric.title)}: ${arm} is ${word} than ${control} (${percent(comparison.relative, comparison.relativeInterval)}${p}).`.replace(
          'not significantly different than',
          'not significantly different from',
        ),
      )
    }
  const duration = durationSentence(analysis)
  return duration === undefined ? sentences : [...sentences, duration]
}

/** The time that +0.5 % of the first main metric takes, at the current traffic. */
function durationSentence({ arms, units, until, experiment }: Analysis): string | undefined {
  const result = arms[0]?.metrics[0]
  const days = (Date.parse(until) - Date.parse(experiment.start)) / 86_400_000
  const smallest = Math.min(...units.values())
  if (result === undefined || !(days > 0) || smallest === 0) return undefined
  const needed = (result.unitsForHalfPercent / smallest) * days
  return `At this traffic an A/B test finds a difference of 0.5 % in ${result.metric.title} after about ${countText(Math.max(1, needed))} days (80 % power).`
}

/** Sentences about an experiment of the design `team-draft`. */
export function preferenceSentences(
  { arms }: Analysis['experiment'],
  preference: Preference,
  alpha: number,
): string[] {
  const [a, b] = arms.map(({ name }) => name)
  const { value, interval, p, n, searches, unitVariance } = preference
  const of = (share: number) => (100 * (share + 0.5)).toFixed(1)
  const word = !(p < alpha) ? 'Users prefer neither' : value > 0 ? `Users prefer ${b}` : `Users prefer ${a}`
  return [
    `${countText(n)} users clicked in ${countText(searches)} interleaved searches.`,
    `${word}: ${b} wins ${of(value)} % [${of(interval.low)}, ${of(interval.high)}] of the searches with a click, half of the ties counted (${pText(p)}).`,
    `A preference of 51 % is found with about ${countText(unitsInterleaved(0.01, unitVariance))} users with a click (80 % power).`,
  ]
}

/** The estimate for a model that was not shown. */
export function replaySentences(
  { searches, units, shown, snips, doublyRobust, positions, refusal }: OffPolicy,
  top: number,
): { readonly verdicts: string[]; readonly sentences: string[] } {
  const said = ({ value, interval }: OffPolicy['snips']) =>
    `${plain(value)} [${plain(interval.low)}, ${plain(interval.high)}]`
  const worth = Math.min(...positions.map(({ effective }) => effective))
  const sentences = [
    `${countText(searches)} explored searches of ${countText(units)} users have an order of the other model; the first ${top} positions got ${plain(shown)} clicks a search as they were shown.`,
    `The position that the log says least of is worth ${countText(worth)} searches.`,
  ]
  if (refusal !== undefined)
    return { verdicts: [`The figures of the other model cannot be estimated: ${refusal}.`], sentences }
  const { low, high } = doublyRobust.interval
  const word = low > shown ? 'more than' : high < shown ? 'less than' : 'about as much as'
  return {
    verdicts: [`The other model would have got ${word} the shown order. An experiment decides.`],
    sentences: [
      ...sentences,
      `Clicks a search of the other model: ${said(doublyRobust)} (doubly robust), ${said(snips)} (self-normalised weights).`,
    ],
  }
}

/** The unused parts of the files. */
export function lossSentences({ searchLines, searches, eventLines, events, credited }: Counts): string[] {
  const sentences: string[] = []
  if (searchLines > searches)
    sentences.push(
      `${countText(searchLines - searches)} of ${countText(searchLines)} recorded searches were not used: sent twice, or without an id, a time or the ids that were shown.`,
    )
  if (eventLines > events)
    sentences.push(
      `${countText(eventLines - events)} of ${countText(eventLines)} events were sent twice or have no query id.`,
    )
  if (events > credited)
    sentences.push(
      `${countText(events - credited)} of ${countText(events)} events count for no search: the search was not recorded, did not show their document, or is more than a day old.`,
    )
  return sentences
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const list = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
