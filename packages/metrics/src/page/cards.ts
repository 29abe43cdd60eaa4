// The three differences on top of the report, each with a verdict of at most five words. The verdicts follow
// the rule of significance (figures.ts), for both main measures.
import { side, type Tested } from '../figures/figures.ts'
import { MAIN_MEASURES, type Table } from '../figures/table.ts'
import type { RowInfo } from '../rows.ts'

export type CardSide = ReturnType<typeof side> | 'mixed' | 'missing'

export interface Card {
  readonly about: 'served' | 'distillation' | 'int8'
  readonly title: string
  /** at most five words */
  readonly verdict: string
  /** the first row against the baseline in both measures; mixed when they contradict each other */
  readonly side: CardSide
  /** row minus baseline; undefined if one of them is missing */
  readonly compared?: {
    readonly row: string
    readonly baseline: string
    readonly measures: Readonly<Record<(typeof MAIN_MEASURES)[number], Tested>>
  }
}

interface Question {
  readonly about: Card['about']
  readonly title: string
  readonly roles: readonly [RowInfo['role'], RowInfo['role']]
  readonly verdicts: Readonly<Record<CardSide, string>>
}

const QUESTIONS: readonly Question[] = [
  {
    about: 'served',
    title: 'Served against the first stage',
    roles: ['served', 'first-stage'],
    verdicts: {
      above: 'Search is better with it',
      below: 'Search is worse with it',
      level: 'Too few queries to tell',
      mixed: 'One measure up, one down',
      missing: 'No model is served',
    },
  },
  {
    about: 'distillation',
    title: 'Distillation against labels',
    roles: ['distilled', 'labels'],
    verdicts: {
      above: 'The teacher is worth it',
      below: 'Labels alone are better',
      level: 'No significant gain over labels',
      mixed: 'One measure up, one down',
      missing: 'Nothing to compare',
    },
  },
  {
    about: 'int8',
    title: 'int8 against float32',
    roles: ['served', 'distilled'],
    verdicts: {
      above: 'int8 ranks even better',
      below: 'int8 loses some quality',
      level: 'No measurable loss from int8',
      mixed: 'One measure up, one down',
      missing: 'Nothing to compare',
    },
  },
]

/**
 * @param table with corrected p
 * @param crossFitted the same for the served model on all judged queries, if there are few
 */
export function cardsOf(table: Table, crossFitted = table): Card[] {
  return QUESTIONS.map(({ about, title, roles, verdicts }) => {
    const { info, differences } = about === 'served' ? crossFitted : table
    const current = info.filter(({ name }) => !name.includes('@'))
    const nameOf = (role: RowInfo['role']) => current.find((row) => row.role === role)?.name
    const [row, baseline] = roles.map(nameOf)
    const found = differences.find((one) => one.row === row && one.baseline === baseline)
    if (found === undefined) return { about, title, verdict: verdicts.missing, side: 'missing' }
    const { 'mrr@10': mrr, 'ndcg@10': ndcg } = found.measures
    const measures = { 'mrr@10': mrr, 'ndcg@10': ndcg }
    const where = sideOfAll(MAIN_MEASURES.map((measure) => side(found.measures[measure])))
    return {
      about,
      title,
      verdict: verdicts[where],
      side: where,
      compared: { row: found.row, baseline: found.baseline, measures },
    }
  })
}

function sideOfAll(sides: readonly ReturnType<typeof side>[]): CardSide {
  const [above, below] = [sides.includes('above'), sides.includes('below')]
  if (above && below) return 'mixed'
  return above ? 'above' : below ? 'below' : 'level'
}
