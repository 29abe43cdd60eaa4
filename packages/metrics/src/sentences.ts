// What the figures say, in plain sentences. Nothing here knows a result: every sentence is chosen by an interval.
import type { Agreement } from './agreement.ts'
import type { Interval } from './resampling.ts'
import type { Difference, MeasureName, Table } from './table.ts'
import { BASELINE, type RowName } from './table-rows.ts'

type Tested = Difference['measures'][MeasureName]

export interface Setting {
  /** is no pre-trained language model behind the teacher? */
  readonly teacherFromScratch: boolean
  /** did no person make the clicks? */
  readonly simulatedClicks: boolean
  /** rows and curves that were wanted and are not there */
  readonly missing: readonly string[]
}

/** the measure that the sentences are about */
const MEASURE = 'mrr@10'
const LABEL = 'MRR@10'

/** The sentences of the report, in the order a reader needs them. */
export function sentences(table: Table, agreement: Agreement | undefined, setting: Setting): string[] {
  const between = (row: RowName, other: RowName) =>
    table.differences.find((difference) => difference.row === row && difference.baseline === other)?.measures[
      MEASURE
    ]
  const { teacherFromScratch, simulatedClicks, missing } = setting
  const said = [
    best(table),
    versus('student_int8', BASELINE, between('student_int8', BASELINE)),
    versus('student_int8', 'two_tower', between('student_int8', 'two_tower')),
    distillation(between('student', 'student_labels')),
    teacher(between('teacher', 'student_labels'), teacherFromScratch),
    versus('student_int8', 'student', between('student_int8', 'student')),
    agreement && reliability(agreement),
    simulatedClicks &&
      'The clicks are simulated: drawn by a seeded model from the judgements of the train queries. No person made them.',
    table.withoutRelevant > 0 &&
      `${table.withoutRelevant} of ${table.queries} queries have no relevant document: they count 0 in MRR, precision and recall, for every row.`,
    missing.length > 0 && `Not there, so left out: ${missing.join('; ')}.`,
    'The intervals are 95 % over the choice of queries, not over training seeds; p values are not corrected for the number of comparisons.',
  ]
  return said.filter((sentence) => typeof sentence === 'string')
}

function best({ rows, split, queries }: Table): string {
  const ranked = Object.entries(rows)
    .map(([row, figures]) => ({ row, figure: figures[MEASURE] }))
    .sort((a, b) => b.figure.value - a.figure.value)
  const top = ranked.filter(({ figure }) => figure.value === ranked[0]!.figure.value)
  const next = ranked[top.length]
  const names = top.map(({ row }) => row).join(' and ')
  const then = next === undefined ? '' : `, before ${next.row} with ${withInterval(next.figure)}`
  return `Best in ${LABEL} on the ${split} split (${queries} queries): ${names} with ${withInterval(top[0]!.figure)}${then}.`
}

/** "a is above b", with the paired interval and p; undefined when the two rows are not both there. */
function versus(row: RowName, other: RowName, figure: Tested | undefined): string | undefined {
  if (figure === undefined) return undefined
  const said = {
    above: `${row} is above ${other}`,
    below: `${row} is below ${other}`,
    level: `${row} is neither above nor below ${other} beyond chance`,
  }[side(figure)]
  return `${said} in ${LABEL}: ${difference(figure)}.`
}

function distillation(figure: Tested | undefined): string | undefined {
  if (figure === undefined) return undefined
  const said = {
    above: 'Distillation gives the student an advantage over learning from the labels',
    below: 'Distillation leaves the student worse than learning from the labels does',
    level:
      'Distillation gives the student no advantage over learning from the labels that these queries can show',
  }[side(figure)]
  return `${said}: ${LABEL} ${difference(figure)}.`
}

/** A teacher can hand on only what it knows better than its student would without it. */
function teacher(figure: Tested | undefined, fromScratch: boolean): string | undefined {
  if (figure === undefined) return undefined
  const who = fromScratch ? 'The teacher, trained from scratch on this data alone,' : 'The teacher'
  const than = { above: 'better than', below: 'worse than', level: 'not clearly better than' }[side(figure)]
  const said = `${who} is ${than} the student that learned from the labels: ${LABEL} ${difference(figure)}.`
  if (side(figure) === 'above') return said
  return `${said} These figures show no advantage that it could hand on to distillation.${fromScratch ? ' That would take a pre-trained language model; these figures are no proof of the method.' : ''}`
}

const reliability = (agreed: Agreement) =>
  `The scores of ${agreed.row} differ from those of ${agreed.reference} by ${plain(agreed.meanDifference, 4)} in the mean and ${plain(agreed.maxDifference, 4)} at most, over ${agreed.pairs.toLocaleString('en')} pairs; their orders agree with Kendall's tau ${plain(agreed.rankCorrelation)}, and ${(100 * agreed.sameTop).toFixed(1)} % of the queries have the same document on top.`

/** Which side of 0 the whole interval lies on. */
export const side = ({ low, high }: Interval): 'above' | 'below' | 'level' =>
  low > 0 ? 'above' : high < 0 ? 'below' : 'level'

const acronyms: Readonly<Record<string, string>> = { mrr: 'MRR', ndcg: 'nDCG', pnr: 'PNR' }

/** A measure as people write it: "mrr@10" is MRR@10. */
export function nameOf(measure: string): string {
  const [word, k] = measure.split('@')
  const name = acronyms[word!] ?? word!
  return k === undefined ? name : `${name}@${k}`
}

/** A figure with a true minus sign; an infinite one by its symbol. */
export function plain(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value < 0 ? '−∞' : '∞'
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) > 0 ? `−${text}` : text
}

/** A difference: the sign is always shown. */
export const signed = (value: number): string => {
  const text = plain(value)
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`
}

/** p of a test with finitely many swaps is never 0. */
export const plainP = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3))

const withInterval = ({ value, low, high }: Interval) => `${plain(value)} [${plain(low)}, ${plain(high)}]`
const difference = ({ value, low, high, p }: Tested) =>
  `${signed(value)} [${signed(low)}, ${signed(high)}], p ${p < 0.001 ? plainP(p) : `= ${plainP(p)}`}`
