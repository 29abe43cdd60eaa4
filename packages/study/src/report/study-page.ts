// The study as a page without external resources.
import { nameOf, plain } from '@disranker/metrics'
import { escapeHtml, figure, list, page, section, tableOf } from '@disranker/page'
import type { EdgeLatency } from '../run/edge-latency.ts'
import type { Arm } from '../study-recipe.ts'
import { STUDY_MEASURE_NAMES } from './pooled-rows.ts'
import { spreadText } from './study-sentences.ts'
import type { StudyRow } from './study-table.ts'

export interface SectionReport {
  readonly title: string
  readonly about: string
  readonly arms: Readonly<Record<string, Arm>>
  /** of test, by the network alone and with the lexical term and the static bi-encoder; the first stage is the first row of both */
  readonly networkOnly: readonly StudyRow[]
  readonly lexical: readonly StudyRow[]
  /** of validation, by the network alone */
  readonly validation: readonly StudyRow[]
  readonly sentences: readonly string[]
  readonly latencies: Readonly<Record<string, EdgeLatency>>
  /** SVG */
  readonly pictures: readonly { readonly svg: string; readonly caption: string }[]
}

export interface StudyReport {
  readonly queries: number
  readonly seeds: readonly number[]
  readonly sections: readonly SectionReport[]
  /** arms that did not run, and why */
  readonly missing: readonly string[]
}

/** File name of a section's picture: "fewer-grades-2.svg". */
export const pictureFile = (title: string, at: number): string =>
  `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${at + 1}.svg`

export function studyPage({ queries, seeds, sections, missing }: StudyReport): string {
  return page({
    title: 'Study',
    lead: `${queries} queries of the test split, seeds ${seeds.join(', ')}. An arm's figure is the mean over its seeds; its interval is over queries, and the number after ± is the standard deviation over seeds. Nothing was chosen on test.`,
    sections: [
      ...sections.map((one) =>
        section(
          one.title,
          `<p>${escapeHtml(one.about)}</p>`,
          ...one.pictures.map(({ svg, caption }) => figure(svg, caption)),
          armTable(one),
          list(one.sentences),
        ),
      ),
      ...(missing.length > 0 ? [section('Not run', list(missing))] : []),
    ],
  })
}

function armTable({ arms, networkOnly, lexical, validation, latencies }: SectionReport): string {
  const cell = (row: StudyRow | undefined, measure: (typeof STUDY_MEASURE_NAMES)[number]) => {
    if (row === undefined) return '<td></td>'
    const { value, low, high, bySeed } = row.measures[measure]
    return `<td>${plain(value)}<small>${plain(low)} to ${plain(high)}</small>${bySeed.length > 1 ? `<small>${spreadText(bySeed)}</small>` : ''}</td>`
  }
  const timed = Object.keys(latencies).length > 0
  const rows = networkOnly.map((row) => {
    const find = (rows: readonly StudyRow[]) => rows.find(({ arm }) => arm === row.arm)
    const latency = latencies[row.arm]
    const time =
      latency === undefined
        ? '<td></td>'
        : `<td>${plain(latency.milliseconds, 1)}<small>${latency.engine}, ${plain(latency.bytes / 1e6, 1)} MB</small></td>`
    const cells = [
      ...STUDY_MEASURE_NAMES.map((measure) => cell(row, measure)),
      ...STUDY_MEASURE_NAMES.map((measure) => cell(find(lexical), measure)),
      cell(find(validation), 'ndcg@10'),
      ...(timed ? [time] : []),
    ]
    return `<tr><th scope="row"><code>${escapeHtml(row.arm)}</code><small>${escapeHtml(arms[row.arm]?.what ?? 'the first stage, whose candidates all others rerank')}</small></th>${cells.join('')}</tr>`
  })
  const heads = [
    'arm',
    ...STUDY_MEASURE_NAMES.map((name) => `${nameOf(name)}, network alone`),
    ...STUDY_MEASURE_NAMES.map((name) => `${nameOf(name)}, with lexical term and static bi-encoder`),
    'nDCG@10 on validation, network alone',
    ...(timed ? ['ms for 50 documents'] : []),
  ]
  return tableOf(heads, rows)
}
