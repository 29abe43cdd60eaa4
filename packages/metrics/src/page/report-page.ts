// report.html: the report as a page without external resources. It is light or dark like the reader's system.
import { type Card, cards, escapeHtml, figure, folded, list, page, section, tableOf } from '@disranker/page'
import { nameOf, plain, plainP, side, signed } from '../figures/figures.ts'
import { MAIN_MEASURES, MEASURE_NAMES, type Table } from '../figures/table.ts'
import type { Slice } from '../measures/slices.ts'
import type { Report } from '../report.ts'
import type { Card as SummaryCard } from './cards.ts'
import { gainsTable } from './gains-table.ts'
import type { Said, Topic } from './sentences.ts'

/** SVG elements */
export interface Pictures {
  readonly quality: string
  readonly curves: string | undefined
  readonly agreement: string | undefined
}

/** The page. */
export function reportPage(report: Report, pictures: Pictures, said: readonly Said[]): string {
  const {
    test,
    crossFitted,
    validation,
    agreement,
    relevant,
    verdict,
    cards: summary,
    advice,
    slices,
    gains,
  } = report
  const about = (...topics: Topic[]) =>
    list(said.filter(({ topic }) => topics.includes(topic)).map(({ text }) => text))
  const isAbout = (topic: Topic) => said.some((one) => one.topic === topic)
  const parts = [
    // if the bundle is refused, that is the first sentence
    !verdict.bundled && `<p class="alert">${escapeHtml(said[0]!.text)}</p>`,
    cards(summary.map(cardOf)),
    figure(
      pictures.quality,
      'Dots are figures, bars their 95 % intervals; the dashed line is the first stage.',
    ),
    section(
      'What to do next',
      list(advice.length > 0 ? advice.map(({ sentence }) => sentence) : [NOTHING_TO_DO]),
    ),
    crossFitted &&
      folded(
        'The served model, on all judged queries',
        about('served'),
        rowTable(crossFitted),
        differenceTable(crossFitted),
      ),
    folded(
      'The served model, and every other row on test',
      crossFitted ? '' : about('served'),
      rowTable(test),
    ),
    gains && folded('The queries that change most', gainsTable(gains)),
    slices && slices.length > 0 && folded('Kinds of queries', sliceTable(slices)),
    folded('Distillation and its teacher', about('distillation', 'teacher')),
    (isAbout('int8') || agreement !== undefined) &&
      folded(
        'int8',
        about('int8'),
        ...(agreement && pictures.agreement
          ? [
              figure(
                pictures.agreement,
                `Scores of ${agreement.row} and ${agreement.reference} for the same query and document. On the dashed lines they are equal.`,
              ),
              agreementList(agreement),
            ]
          : []),
      ),
    folded(
      'Differences between rows',
      '<p>The first row minus the second, over the same queries: interval and p of one two-sided paired randomisation test. If a sentence has the difference, p is also given after correction for all sentences (Holm). Significant differences are coloured.</p>',
      differenceTable(test),
    ),
    isAbout('runs') &&
      folded(
        'Terms of the scores, kept runs, other seeds',
        about('runs'),
        ...(test.spreads.length > 0
          ? [
              '<p>The same recipe trained from other seeds: the intervals over queries do not cover this spread.</p>',
              spreadTable(test),
            ]
          : []),
      ),
    pictures.curves &&
      folded(
        'Training',
        figure(
          pictures.curves,
          'Loss by step, each point the mean of the steps around it. The stages minimise different losses, so their scales differ.',
        ),
      ),
    validation &&
      folded(
        'Quality on validation',
        `<p>${validation.queries} queries. Choices were made on these, so they overestimate the chosen rows.</p>`,
        rowTable(validation),
      ),
    isAbout('data') && folded('The data, and missing rows', about('data')),
    folded('How to read the figures', about('method'), measureList(relevant)),
  ]
  return page({
    title: 'Evaluation',
    lead: `${test.queries} queries of the test split, ${Object.keys(test.rows).length} rows that rank the same candidates. Every figure has its 95 % interval.`,
    sections: parts.filter((part) => typeof part === 'string'),
  })
}

const NOTHING_TO_DO = 'No figure asks for a change.'

function cardOf({ title, verdict, side, compared }: SummaryCard): Card {
  const lines =
    compared === undefined
      ? []
      : [
          `${compared.row} minus ${compared.baseline}`,
          ...[...MAIN_MEASURES].reverse().map((measure) => {
            const { value, low, high } = compared.measures[measure]
            return `${nameOf(measure)} ${signed(value)} [${signed(low)}, ${signed(high)}]`
          }),
        ]
  return { title, verdict, tone: side === 'above' || side === 'below' ? side : 'level', lines }
}

function sliceTable(slices: readonly Slice[]): string {
  const kinds = { views: 'how often asked', length: 'length', script: 'script' } as const
  const rows = slices.map(({ by, name, queries, first, served, difference: found }) => {
    const { value, low, high, p, corrected = p } = found
    return `<tr><th scope="row">${escapeHtml(name)}<small>${kinds[by]}</small></th><td>${queries}</td><td>${plain(first)}</td><td>${plain(served)}</td><td class="${side(found)}">${signed(value)}<small>${signed(low)} to ${signed(high)}</small><small>p ${plainP(p)}, corrected ${plainP(corrected)}</small></td></tr>`
  })
  return `<p>nDCG@10 of the first stage and of the served model. Differences that are significant after correction for all slices (Holm) are coloured. Head are the most frequent queries with a third of the views, torso those with the next third.</p>${tableOf(['queries', 'count', 'first stage', 'served', 'difference'], rows)}`
}

function rowTable({ rows, info }: Table): string {
  const entries = Object.entries(rows)
  const what = new Map(
    info.map(({ name, what, lexicalWeight, staticWeight = 0 }) => [
      name,
      [
        what,
        ...(lexicalWeight === 0 ? [] : [`lexical weight ${lexicalWeight}`]),
        ...(staticWeight === 0 ? [] : [`static weight ${staticWeight}`]),
      ].join('; '),
    ]),
  )
  const cells = entries.map(([name, row]) => {
    const figures = MEASURE_NAMES.map((measure) => {
      const { value, low, high } = row[measure]
      const values = entries.map(([, other]) => other[measure].value)
      // a figure that is equal in all rows is not marked as the best
      const best = value === Math.max(...values) && value > Math.min(...values)
      return `<td${best ? ' class="best"' : ''}>${plain(value)}<small>${plain(low)} to ${plain(high)}</small></td>`
    })
    return `<tr><th scope="row"><code>${escapeHtml(name)}</code><small>${escapeHtml(what.get(name) ?? '')}</small></th>${figures.join('')}</tr>`
  })
  return tableOf(['row', ...MEASURE_NAMES.map(nameOf)], cells)
}

function differenceTable({ differences }: Table): string {
  const cells = differences.map(({ row, baseline, measures }) => {
    const figures = MEASURE_NAMES.map((measure) => {
      const { value, low, high, p, corrected } = measures[measure]
      const said = corrected === undefined ? '' : `, corrected ${plainP(corrected)}`
      return `<td class="${side(measures[measure])}">${signed(value)}<small>${signed(low)} to ${signed(high)}</small><small>p ${plainP(p)}${said}</small></td>`
    })
    return `<tr><th scope="row"><code>${escapeHtml(row)}</code><small>minus <code>${escapeHtml(baseline)}</code></small></th>${figures.join('')}</tr>`
  })
  return tableOf(['rows', ...MEASURE_NAMES.map(nameOf)], cells)
}

function spreadTable({ spreads }: Table): string {
  const cells = spreads.map(({ row, seeds, measures }) => {
    const figures = MAIN_MEASURES.map((measure) => {
      const { values, mean, deviation } = measures[measure]
      return `<td>${plain(mean)}<small>± ${plain(deviation)}</small><small>${values.map((value) => plain(value)).join(', ')}</small></td>`
    })
    return `<tr><th scope="row"><code>${escapeHtml(row)}</code><small>${seeds.length + 1} seeds</small></th>${figures.join('')}</tr>`
  })
  return tableOf(['row', ...MAIN_MEASURES.map(nameOf)], cells)
}

function agreementList(agreement: NonNullable<Report['agreement']>): string {
  const facts = [
    ['pairs', agreement.pairs.toLocaleString('en')],
    ['largest difference of two scores', plain(agreement.maxDifference, 4)],
    ['mean difference', plain(agreement.meanDifference, 4)],
    ["Kendall's tau of the orders, mean over queries", plain(agreement.rankCorrelation, 4)],
    ['queries with the same document on top', `${(100 * agreement.sameTop).toFixed(1)} %`],
  ]
  return `<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`
}

const measureList = (
  relevant: Report['relevant'],
) => `<p>A document is relevant with ${relevant === 'highest' ? 'the highest grade of its query' : `grade ${relevant} or more`}.</p><dl>
<div><dt>MRR@k</dt><dd>1 / rank of the first relevant document, 0 when it is not among the first k; mean over queries</dd></div>
<div><dt>nDCG@k</dt><dd>gain 2<sup>grade</sup> − 1, discount log<sub>2</sub>(rank + 1), through the best order of all judged documents; mean over queries</dd></div>
<div><dt>PNR</dt><dd>pairs of documents with different grades in the right order, through those in the wrong one, over all queries; equal scores count half each</dd></div>
<div><dt>precision@1</dt><dd>share of queries with a relevant document on top</dd></div>
<div><dt>recall@k</dt><dd>share of the relevant documents that are in the list at all: the ceiling that the first stage sets</dd></div>
</dl>`
