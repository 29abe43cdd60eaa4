// The metrics of users. Each is a ratio of two sums over units; the SQL expressions are over a unit's row of
// totals.

export interface Metric {
  readonly name: string
  readonly title: string
  /** SQL over the totals of a unit */
  readonly numerator: string
  readonly denominator: string
  readonly better: 'higher' | 'lower'
  /** whether the verdict depends on it; the others are only shown */
  readonly role: 'main' | 'more'
}

/** number of results at the top of a list */
export const TOP = 3
/**
 * maximal seconds between a search without a click and the next one of the same session for it to be a second
 * try
 */
export const SECOND_TRY = 120

/** The metrics of every experiment: those of the paper first (page CTR, user CTR, dwell time). */
export const METRICS: readonly Metric[] = [
  {
    name: 'page_ctr',
    title: 'searches with a click',
    numerator: 'clicked_searches',
    denominator: 'searches',
    better: 'higher',
    role: 'main',
  },
  {
    name: 'user_ctr',
    title: 'users with a click',
    numerator: 'least(clicked_searches, 1)',
    denominator: '1',
    better: 'higher',
    role: 'main',
  },
  {
    name: 'dwell_seconds',
    title: 'seconds on a clicked document',
    numerator: 'dwell_ms / 1000',
    denominator: 'dwelt',
    better: 'higher',
    role: 'main',
  },
  {
    name: 'top_clicks',
    title: `clicks on the first ${TOP} a search`,
    numerator: 'top_clicks',
    denominator: 'searches',
    better: 'higher',
    role: 'main',
  },
  {
    name: 'first_click',
    title: 'position of the first click',
    numerator: 'first_positions',
    denominator: 'clicked_searches',
    better: 'lower',
    role: 'more',
  },
  {
    name: 'abandoned',
    title: 'searches without a click',
    numerator: 'searches - clicked_searches',
    denominator: 'searches',
    better: 'lower',
    role: 'more',
  },
  {
    name: 'second_tries',
    title: `searches without a click and another within ${SECOND_TRY} s`,
    numerator: 'second_tries',
    denominator: 'searches',
    better: 'lower',
    role: 'more',
  },
  {
    name: 'milliseconds',
    title: 'milliseconds a ranking',
    numerator: 'milliseconds',
    denominator: 'timed',
    better: 'lower',
    role: 'more',
  },
  {
    name: 'unranked',
    title: 'searches that the model did not rank, for a fault or for lack of time',
    numerator: 'unranked',
    denominator: 'searches',
    better: 'lower',
    role: 'more',
  },
]

/** A metric of any action: its number per search. */
export const conversionMetric = (action: string): Metric => ({
  name: `action_${action.replaceAll(/[^a-z0-9]+/gi, '_')}`,
  title: `${action} a search`,
  numerator: `actions[${sqlText(action)}]`,
  denominator: 'searches',
  better: 'higher',
  role: 'more',
})

/** A text as an SQL literal. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
