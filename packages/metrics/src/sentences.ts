// What the figures say, in plain sentences. Nothing here knows a result or a row: every sentence is chosen by a row's role
// and by an interval, and speaks of MRR@10 and nDCG@10 alike.
import { explainEvaluable } from '@disranker/dataset'
import type { Agreement } from './agreement.ts'
import { difference, nameOf, plain, side, withInterval } from './figures.ts'
import type { RowInfo } from './rows.ts'
import { type Difference, MAIN_MEASURES, type Table } from './table.ts'
import type { Verdict } from './verdict.ts'

export interface Setting {
  /** is no pre-trained language model behind the teacher? */
  readonly teacherFromScratch: boolean
  /** did no person make the clicks? */
  readonly simulatedClicks: boolean
  /** rows and curves that were wanted and are not there */
  readonly missing: readonly string[]
  /** what was said of the data before anything was trained: what was left out, and why; a sentence each */
  readonly notices: readonly string[]
  readonly verdict: Verdict
}

/** The sentences of the report, in the order a reader needs them. */
export function sentences(table: Table, agreement: Agreement | undefined, setting: Setting): string[] {
  const { info, coverage, queries, withoutRelevant } = table
  const current = info.filter(({ name }) => !name.includes('@'))
  const of = (role: RowInfo['role']) => current.filter((row) => row.role === role)
  const [first] = of('first-stage')
  const between = (row: string, other: string) =>
    table.differences.find((one) => one.row === row && one.baseline === other)
  const each = (
    left: readonly RowInfo[],
    right: readonly (RowInfo | undefined)[],
    say: (found: Difference) => string,
  ) =>
    left.flatMap((row) =>
      right.flatMap((other) => {
        const found = other && between(row.name, other.name)
        return found === undefined ? [] : [say(found)]
      }),
    )
  return [
    ...unserved(setting.verdict, first?.name ?? 'the first stage', between),
    ...MAIN_MEASURES.map((measure) => best(table, measure)),
    ...each(of('served'), [first], versus),
    ...each(of('served'), of('baseline'), versus),
    ...each(of('distilled'), of('labels'), distillation),
    ...each(bareOf(of('distilled'), info), bareOf(of('labels'), info), bareDistillation),
    ...each(of('teacher'), of('labels'), (found) => teacher(found, setting.teacherFromScratch)),
    ...each(of('served'), of('distilled'), versus),
    ...terms(current, first, between),
    ...info
      .filter(({ role, variantOf }) => variantOf !== undefined && role !== 'bare')
      .flatMap(({ name, variantOf }) => {
        const found = between(name, variantOf!)
        return found === undefined ? [] : [versus(found)]
      }),
    ...spreads(table),
    ...(agreement === undefined ? [] : [reliability(agreement)]),
    ...(setting.simulatedClicks
      ? [
          'The clicks are simulated: drawn by a seeded model from the judgements of the train queries. No person made them.',
        ]
      : []),
    ...explainEvaluable(table.split, { ...coverage, queries: { length: queries } }),
    ...(withoutRelevant > 0
      ? [
          `${withoutRelevant} of ${queries} queries have no relevant document: they count 0 in MRR, precision and recall, for every row.`,
        ]
      : []),
    ...setting.notices,
    ...(setting.missing.length > 0 ? [`Not there, so left out: ${setting.missing.join('; ')}.`] : []),
    `The intervals are 95 % over the choice of queries, not over training seeds${table.spreads.length === 0 ? ' (one seed a row; `seeds` in a recipe trains more)' : ''}; p values are not corrected for the number of comparisons.`,
  ]
}

/** The first thing to know: that the model should not be served. */
function unserved(
  { below, bundled }: Verdict,
  first: string,
  between: (row: string, other: string) => Difference | undefined,
): string[] {
  return below.map(({ row, measures }) => {
    const figures = measures.map(
      (measure) => `${nameOf(measure)} ${difference(between(row, first)!.measures[measure])}`,
    )
    const then = bundled
      ? 'It is bundled only because the recipe insists (bundleBelowFirstStage).'
      : 'It is not bundled: the search is better without it.'
    return `${row} ranks below ${first}, beyond chance: ${figures.join('; ')}. ${then}`
  })
}

function best({ rows, split, queries }: Table, measure: (typeof MAIN_MEASURES)[number]): string {
  const ranked = Object.entries(rows)
    .map(([row, figures]) => ({ row, figure: figures[measure] }))
    .sort((a, b) => b.figure.value - a.figure.value)
  const top = ranked.filter(({ figure }) => figure.value === ranked[0]!.figure.value)
  const next = ranked[top.length]
  const names = top.map(({ row }) => row).join(' and ')
  const then = next === undefined ? '' : `, before ${next.row} with ${withInterval(next.figure)}`
  return `Best in ${nameOf(measure)} on the ${split} split (${queries} queries): ${names} with ${withInterval(top[0]!.figure)}${then}.`
}

type Said = Readonly<Record<'above' | 'below' | 'level', string>>

/** "<what is said> in MRR@10 (figures) and nDCG@10 (figures)", or a clause for each measure where they differ. */
function compare({ measures }: Difference, said: Said): string {
  const clauses = new Map<string, string[]>()
  for (const measure of MAIN_MEASURES) {
    const words = said[side(measures[measure])]
    const figures = `${nameOf(measure)} (${difference(measures[measure])})`
    clauses.set(words, [...(clauses.get(words) ?? []), figures])
  }
  return `${[...clauses].map(([words, list]) => `${words} in ${list.join(' and ')}`).join('; ')}.`
}

const versus = (found: Difference) =>
  `${found.row} is ${compare(found, {
    above: `above ${found.baseline}`,
    below: `below ${found.baseline}`,
    level: `neither above nor below ${found.baseline}, beyond chance,`,
  })}`

const distillation = (found: Difference) =>
  `Distillation ${compare(found, {
    above: 'gives the student an advantage over learning from the labels',
    below: 'leaves the student worse than learning from the labels does',
    level: 'gives the student no advantage over learning from the labels, that these queries can show,',
  })}`

const bareDistillation = (found: Difference) =>
  `By the networks alone, distillation ${compare(found, {
    above: 'gives an advantage',
    below: 'leaves the student worse',
    level: 'gives no advantage, that these queries can show,',
  })}`

/** A teacher can hand on only what it knows better than its student would without it. */
function teacher(found: Difference, fromScratch: boolean): string {
  const who = fromScratch ? 'The teacher, trained from scratch on this data alone,' : 'The teacher'
  const labels = 'the student that learned from the labels'
  const said = `${who} is ${compare(found, {
    above: `better than ${labels}`,
    below: `worse than ${labels}`,
    level: `not clearly better than ${labels}`,
  })}`
  if (MAIN_MEASURES.some((measure) => side(found.measures[measure]) === 'above')) return said
  return `${said} These figures show no advantage that it could hand on to distillation.${fromScratch ? ' That would take a pre-trained language model; these figures are no proof of the method.' : ''}`
}

const bareOf = (rows: readonly RowInfo[], info: readonly RowInfo[]) =>
  rows.flatMap(({ name }) => info.filter(({ role, variantOf }) => role === 'bare' && variantOf === name))

/** Which weights stand beside each row's network, and what the served one is without them. */
function terms(
  rows: readonly RowInfo[],
  first: RowInfo | undefined,
  between: (row: string, other: string) => Difference | undefined,
): string[] {
  const without: readonly RowInfo['role'][] = ['first-stage', 'bare', 'part']
  const learned = rows.filter(({ role }) => !without.includes(role))
  if (learned.length === 0) return []
  const weights = learned.map(({ name, lexicalWeight }) => `${name} ${lexicalWeight}`)
  const wide = learned.filter(({ wideWeight = 0 }) => wideWeight !== 0)
  const bare =
    first &&
    bareOf(
      learned.filter(({ role }) => role === 'served'),
      rows,
    ).flatMap(({ name }) => between(name, first.name) ?? [])
  return [
    `A learned row's score is its logit plus a multiple of the lexical overlap, chosen on validation by the same search: ${weights.join(', ')}.`,
    ...(wide.length > 0
      ? [
          `The wide channel, the cosine of summed word rows, counts beside the network in ${wide.map(({ name, wideWeight }) => `${name} (${wideWeight})`).join(', ')}; ${wide.map(({ name }) => `${name}_bare`).join(', ')} ${wide.length === 1 ? 'has' : 'have'} neither.`,
        ]
      : []),
    ...(bare ?? []).map(versus),
  ]
}

/** What another seed would have given. */
const spreads = ({ spreads }: Table) =>
  spreads.map(({ row, seeds, measures }) => {
    const figures = MAIN_MEASURES.map((measure) => {
      const { values, mean, deviation } = measures[measure]
      return `${nameOf(measure)} ${values.map((value) => plain(value)).join(', ')} (mean ${plain(mean)}, standard deviation ${plain(deviation)})`
    })
    return `${row} from ${seeds.length + 1} seeds: ${figures.join('; ')}.`
  })

const reliability = (agreed: Agreement) =>
  `The scores of ${agreed.row} differ from those of ${agreed.reference} by ${plain(agreed.meanDifference, 4)} in the mean and ${plain(agreed.maxDifference, 4)} at most, over ${agreed.pairs.toLocaleString('en')} pairs; their orders agree with Kendall's tau ${plain(agreed.rankCorrelation)}, and ${(100 * agreed.sameTop).toFixed(1)} % of the queries have the same document on top.`
