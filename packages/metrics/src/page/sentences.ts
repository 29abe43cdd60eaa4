// Turns the figures into plain sentences. No result and no row is named here: a row's role and a corrected p
// (figures.ts) choose every sentence, always for both MRR@10 and nDCG@10.
import { explainEvaluable } from '@disranker/dataset'
import { CROSS_FITTED } from '@disranker/ranking'
import { difference, nameOf, plain, side, withInterval } from '../figures/figures.ts'
import { type Difference, MAIN_MEASURES, type Table } from '../figures/table.ts'
import type { ServedBelow, Verdict } from '../figures/verdict.ts'
import type { Agreement } from '../measures/agreement.ts'
import type { RowInfo } from '../rows.ts'

export interface Setting {
  /** true if the teacher does not start from a pre-trained language model */
  readonly teacherFromScratch: boolean
  /** true if the clicks were simulated */
  readonly simulatedClicks: boolean
  /** missing rows and curves */
  readonly missing: readonly string[]
  /** messages about the data before training: the rows that were left out, and why; one sentence each */
  readonly notices: readonly string[]
  readonly verdict: Verdict
  /**
   * the served model on all judged queries, if there are few: the verdict and the sentences on the served
   * model use it
   */
  readonly crossFitted?: Table | undefined
  /**
   * few queries are judged, and the served model has learned from their grades: only the test split is new to
   * it
   */
  readonly fewAndLearned?: boolean
}

type Pair = readonly [row: string, baseline: string]

/** The pairs of rows that the sentences compare, by meaning. */
function pairsSaid(info: readonly RowInfo[]) {
  const current = info.filter(({ name }) => !name.includes('@'))
  const of = (role: RowInfo['role']) => current.filter((row) => row.role === role)
  const pair = (left: readonly RowInfo[], right: readonly RowInfo[]): Pair[] =>
    left.flatMap((row) => right.map((other) => [row.name, other.name] as const))
  return {
    servedOverFirst: pair(of('served'), of('first-stage')),
    servedOverBaseline: pair(of('served'), of('baseline')),
    distillation: pair(of('distilled'), of('labels')),
    bareDistillation: pair(bareOf(of('distilled'), info), bareOf(of('labels'), info)),
    teacherOverFirst: pair(of('teacher'), of('first-stage')),
    teacherOverLabels: pair(of('teacher'), of('labels')),
    servedOverDistilled: pair(of('served'), of('distilled')),
    bareOverFirst: pair(bareOf(of('served'), info), of('first-stage')),
    variants: info
      .filter(({ role, variantOf }) => variantOf !== undefined && role !== 'network-only')
      .map(({ name, variantOf }): Pair => [name, variantOf!]),
  }
}

/** Pairs that measure the served model: of the cross-fitted rows if there are some, else of the test split. */
const WORTH = ['servedOverFirst', 'servedOverBaseline'] as const

/**
 * All pairs of rows that the sentences compare: the family for the correction of p values.
 * @param of all; or those of the served model alone, from cross-fitted rows; or the rest, from the test split
 */
export function comparisonsSaid(
  info: readonly RowInfo[],
  of: 'all' | 'served' | 'rest' = 'all',
): readonly Pair[] {
  return Object.entries(pairsSaid(info)).flatMap(([name, pairs]) =>
    of === 'all' || WORTH.some((one) => one === name) === (of === 'served') ? pairs : [],
  )
}

/** The subject of a sentence: the page folds them by it. */
export type Topic = 'served' | 'distillation' | 'teacher' | 'int8' | 'runs' | 'data' | 'method'

export interface Said {
  readonly topic: Topic
  readonly text: string
}

/** The sentences of the report as texts. */
export const sentences = (...given: Parameters<typeof sentencesByTopic>): string[] =>
  sentencesByTopic(...given).map(({ text }) => text)

/**
 * The sentences of the report, in the order of reading.
 * @param table with p corrected for `comparisonsSaid`
 */
export function sentencesByTopic(table: Table, agreement: Agreement | undefined, setting: Setting): Said[] {
  const { info, coverage, queries, withoutRelevant } = table
  const current = info.filter(({ name }) => !name.includes('@'))
  const { crossFitted } = setting
  const judging = crossFitted ?? table
  const each = (pairs: readonly Pair[], say: (found: Difference) => string, from = table) =>
    pairs.flatMap((pair) => {
      const found = between(from, pair)
      return found === undefined ? [] : [say(found)]
    })
  const pairs = pairsSaid(info)
  const compared = [table, ...(crossFitted ? [crossFitted] : [])].reduce(
    (count, { differences }) =>
      count + differences.filter(({ measures }) => measures[MAIN_MEASURES[0]].corrected !== undefined).length,
    0,
  )
  const on = (topic: Topic, texts: readonly string[]): Said[] => texts.map((text) => ({ topic, text }))
  return [
    ...on('served', [
      ...unserved(judging, setting.verdict),
      ...(crossFitted ? [howCrossFitted(crossFitted, table)] : []),
      ...(setting.fewAndLearned ? [howFew(table)] : []),
      ...MAIN_MEASURES.map((measure) => best(judging, measure)),
      ...WORTH.flatMap((name) => each(pairsSaid(judging.info)[name], versus, judging)),
    ]),
    ...on('distillation', [
      ...each(pairs.distillation, distillation),
      ...each(pairs.bareDistillation, bareDistillation),
    ]),
    ...on('teacher', [
      ...each(pairs.teacherOverFirst, versus),
      ...each(pairs.teacherOverLabels, (found) => teacher(found, setting.teacherFromScratch)),
    ]),
    ...on('int8', each(pairs.servedOverDistilled, versus)),
    ...on('runs', [
      ...terms(current),
      ...each(pairs.bareOverFirst, versus),
      ...each(pairs.variants, versus),
      ...spreads(table),
    ]),
    ...on('int8', agreement === undefined ? [] : [reliability(agreement)]),
    ...on('data', [
      ...(setting.simulatedClicks
        ? [
            'The clicks are simulated: drawn by a seeded model from the judgements of the train queries. No person made them.',
          ]
        : []),
      ...explainEvaluable(table.split, { ...coverage, queries: { length: queries } }),
      ...(withoutRelevant > 0
        ? [
            `${withoutRelevant} of ${queries} queries have no relevant document: none of their grades reaches \`relevant\` of the recipe. They count 0 in MRR, precision and recall, in every row.`,
          ]
        : []),
      ...setting.notices,
      ...(setting.missing.length > 0 ? [`Missing, so left out: ${setting.missing.join('; ')}.`] : []),
    ]),
    ...on('method', [
      `The intervals are 95 % over the choice of queries, not over training seeds${table.spreads.length === 0 ? ' (one seed a row; `seeds` in a recipe trains more)' : ''}. A difference is significant when its p is at most 0.05 after Holm's correction for the ${compared * MAIN_MEASURES.length} comparisons in these sentences.`,
    ]),
  ]
}

const between = ({ differences }: Table, [row, baseline]: Pair) =>
  differences.find((one) => one.row === row && one.baseline === baseline)

const howCrossFitted = ({ queries }: Table, test: Table) =>
  `The served model is measured on all ${queries} judged queries, since the test split has ${test.queries}. It has learned from no grade; each query is ranked by weights that were chosen without it and the queries like it (five folds).`

const howFew = ({ queries }: Table) =>
  `The served model has learned from the grades of train queries, so it is measured on the ${queries} queries of the test split alone: to measure it on all judged queries it would have to be trained again without each part of them. With a published encoder the served model learns from no grade if there are so few, and all judged queries count.`

/** The most important fact: that no model is served, or that the served one should not be. */
function unserved({ info, differences, queries }: Table, verdict: Verdict): string[] {
  if (!verdict.served)
    return ['No model is served, so nothing is bundled: the report has no row of a served model.']
  const first = info.find(({ role }) => role === 'first-stage')?.name ?? 'the first stage'
  const figures = ({ row, measures }: ServedBelow) => {
    const found = differences.find((one) => one.row === row && one.baseline === first)!
    return measures.map((measure) => `${nameOf(measure)} ${difference(found.measures[measure])}`).join('; ')
  }
  const insists = (option: string) => `It is bundled only because the recipe insists (${option}).`
  return [
    ...verdict.below.map(
      (one) =>
        `${one.row} ranks significantly below ${first}: ${figures(one)}. ${verdict.bundled ? insists('bundleBelowFirstStage') : 'It is not bundled: the search is better without it.'}`,
    ),
    ...verdict.undecided.map(
      (one) =>
        `${one.row} ranks below ${first}, and ${queries} queries are too few to tell whether this is significant: ${figures(one)}. ${verdict.bundled ? insists('bundleUndecided') : 'It is not bundled. Judge more queries, or set bundleUndecided: true in the recipe.'}`,
    ),
  ]
}

function best({ rows, split, queries }: Table, measure: (typeof MAIN_MEASURES)[number]): string {
  const ranked = Object.entries(rows)
    .map(([row, figures]) => ({ row, figure: figures[measure] }))
    .sort((a, b) => b.figure.value - a.figure.value)
  const top = ranked.filter(({ figure }) => figure.value === ranked[0]!.figure.value)
  const next = ranked[top.length]
  const names = top.map(({ row }) => row).join(' and ')
  const then = next === undefined ? '' : `, before ${next.row} with ${withInterval(next.figure)}`
  const where = split === CROSS_FITTED ? 'on all judged queries, cross-fitted' : `on the ${split} split`
  return `Best in ${nameOf(measure)} ${where} (${queries} queries): ${names} with ${withInterval(top[0]!.figure)}${then}.`
}

type Words = Readonly<Record<'above' | 'below' | 'level', string>>

/** "<statement> in MRR@10 (figures) and nDCG@10 (figures)", or a clause for each measure if they differ. */
function compare({ measures }: Difference, said: Words): string {
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
    above: `significantly above ${found.baseline}`,
    below: `significantly below ${found.baseline}`,
    level: `not significantly different from ${found.baseline}`,
  })}`

const distillation = (found: Difference) =>
  `Distillation ${compare(found, {
    above: 'makes the student significantly better than learning from the labels',
    below: 'makes the student significantly worse than learning from the labels',
    level: 'makes no significant difference to the student, compared with learning from the labels,',
  })}`

const bareDistillation = (found: Difference) =>
  `By the networks alone, distillation ${compare(found, {
    above: 'makes the student significantly better',
    below: 'makes the student significantly worse',
    level: 'makes no significant difference',
  })}`

/** A student can learn from its teacher only what it would not know without it. */
function teacher(found: Difference, fromScratch: boolean): string {
  const subject = fromScratch ? 'The teacher, trained from scratch on this data alone,' : 'The teacher'
  const labels = 'the student that learned from the labels'
  const said = `${subject} is ${compare(found, {
    above: `significantly better than ${labels}`,
    below: `significantly worse than ${labels}`,
    level: `not significantly better than ${labels}`,
  })}`
  if (MAIN_MEASURES.some((measure) => side(found.measures[measure]) === 'above')) return said
  return `${said} So these figures show no advantage that distillation could pass on.${fromScratch ? ' That needs a pre-trained language model; these figures do not test the method.' : ''}`
}

const bareOf = (rows: readonly RowInfo[], info: readonly RowInfo[]) =>
  rows.flatMap(({ name }) =>
    info.filter(({ role, variantOf }) => role === 'network-only' && variantOf === name),
  )

/** The weights that each row adds to its network. */
function terms(rows: readonly RowInfo[]): string[] {
  const without: readonly RowInfo['role'][] = ['first-stage', 'network-only', 'part']
  const learned = rows.filter(({ role }) => !without.includes(role))
  if (learned.length === 0) return []
  const weights = learned.map(({ name, lexicalWeight }) => `${name} ${lexicalWeight}`)
  const added = learned.filter(({ staticWeight = 0 }) => staticWeight !== 0)
  const withoutNetwork = learned.filter(({ networkLeftOut }) => networkLeftOut !== undefined)
  return [
    `A learned row's score is its logit plus a multiple of the lexical overlap, chosen on validation by the same rule: ${weights.join(', ')}.`,
    ...(withoutNetwork.length > 0
      ? [
          `${withoutNetwork.map(({ name }) => name).join(' and ')} ${withoutNetwork.length === 1 ? 'has' : 'have'} no network, the static bi-encoder's cosine is the logit: ${withoutNetwork[0]!.networkLeftOut}.`,
        ]
      : []),
    ...(added.length > 0
      ? [
          `The static bi-encoder, the cosine of summed word rows, is added to the network in ${added.map(({ name, staticWeight }) => `${name} (${staticWeight})`).join(', ')}; ${added.map(({ name }) => `${name}_network`).join(', ')} ${added.length === 1 ? 'has' : 'have'} neither.`,
        ]
      : []),
  ]
}

/** The spread over seeds. */
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
