// What is measured of users. Each metric is a ratio of two sums over units; the SQL expressions are over a unit's row of totals.

export interface Metric {
  readonly name: string
  readonly title: string
  /** SQL over the totals of a unit */
  readonly numerator: string
  readonly denominator: string
  readonly better: 'higher' | 'lower'
  /** whether the verdict goes by it; the others are shown and stop nothing */
  readonly role: 'main' | 'more'
}

/** results that count as the top of a list */
export const TOP = 3
/** seconds within which another search of the same session, without a click in between, counts as a second try */
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

/** A metric of any action: how many a search. */
export const conversionMetric = (action: string): Metric => ({
  name: `action_${action.replaceAll(/[^a-z0-9]+/gi, '_')}`,
  title: `${action} a search`,
  numerator: `actions[${sqlText(action)}]`,
  denominator: 'searches',
  better: 'higher',
  role: 'more',
})

/** A text as SQL. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`
