// report.html: the report as a page that needs nothing but itself. Light or dark as the reader's system is.
import { escapeHtml, figure, list, page, section, tableOf } from '@disranker/page'
import { nameOf, plain, plainP, side, signed } from './figures.ts'
import type { Report } from './report.ts'
import { MAIN_MEASURES, MEASURE_NAMES, type Table } from './table.ts'

/** SVG elements */
export interface Pictures {
  readonly quality: string
  readonly curves: string | undefined
  readonly agreement: string | undefined
}

/** The page. */
export function reportPage(report: Report, pictures: Pictures): string {
  const { test, validation, agreement, missing, notices, sentences, relevant } = report
  // what has a section of its own is not said twice
  const isOfFigures = (sentence: string) => !notices.includes(sentence) && !sentence.startsWith('Not there, ')
  const sections = [
    section('What the figures say', list(sentences.filter(isOfFigures))),
    notices.length > 0 && section('What was left out of the data', list(notices)),
    section(
      'Quality on test',
      figure(
        pictures.quality,
        'Dots are figures, bars their 95 % intervals; the dashed line is the first stage.',
      ),
      rowTable(test),
    ),
    section(
      'Differences',
      '<p>The first row minus the second, over the same queries: interval and p of one two-sided paired randomisation test. Where a sentence says the difference, p is corrected for all that the sentences say (Holm), too. Coloured where it is significant.</p>',
      differenceTable(test),
    ),
    agreement &&
      pictures.agreement &&
      section(
        'Reliability of int8',
        figure(
          pictures.agreement,
          `Scores of ${agreement.row} and ${agreement.reference} for the same query and document. On the dashed lines they are equal.`,
        ),
        agreementList(agreement),
      ),
    pictures.curves &&
      section(
        'Training',
        figure(
          pictures.curves,
          'Loss by step, each point the mean of the steps around it. The stages minimise different losses, so their scales differ.',
        ),
      ),
    validation &&
      section(
        'Quality on validation',
        `<p>${validation.queries} queries. Choices were made on these, so they flatter the rows that were chosen.</p>`,
        rowTable(validation),
      ),
    test.spreads.length > 0 &&
      section(
        'Other seeds',
        '<p>The same recipe trained from other seeds: what the intervals over queries do not cover.</p>',
        spreadTable(test),
      ),
    missing.length > 0 && section('Not there', list(missing)),
    section('Measures', measureList(relevant)),
  ]
  return page({
    title: 'Evaluation',
    lead: `${test.queries} queries of the test split, ${Object.keys(test.rows).length} rows that rank the same candidates. Below a figure stands its 95 % interval, by bootstrap over queries.`,
    sections: sections.filter((part) => typeof part === 'string'),
  })
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
      // a figure that all rows have is no row's best
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
