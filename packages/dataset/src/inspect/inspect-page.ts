// inspect.html: a summary of the log, and the rows that were left out, with the reason.
import {
  type Card,
  cards,
  colors,
  drawSvg,
  escapeHtml,
  figure,
  folded,
  list,
  type Panel,
  page,
  section,
  tableOf,
} from '@disranker/page'
import type { DataFacts } from './data-facts.ts'

export interface Inspection extends DataFacts {
  readonly documents: number
  readonly clickedPairs: number
  /** name of the model that explains the clicks, and the perplexity of each on held-out sessions */
  readonly clickModel:
    | { readonly name: string; readonly perplexity: Readonly<Record<string, number>> }
    | undefined
  /** share of the impressions that tell position from attraction */
  readonly moved: number | undefined
  readonly log: Readonly<Record<string, unknown>>
  /** messages of the stage */
  readonly notices: readonly string[]
}

export async function inspectPage(facts: Inspection): Promise<string> {
  const { documents, clickedPairs, notices, lengths, splits } = facts
  const lead = `${count(documents)} documents, ${count(splits.reduce((sum, { queries }) => sum + queries, 0))} queries, ${count(clickedPairs)} clicked pairs to learn from.`
  return page({
    title: 'Data',
    lead,
    sections: [
      cards(dataCards(facts)),
      section('What it can teach', list(trainingFacts(facts))),
      section(
        'Grades',
        figure(
          await drawGrades(facts),
          'Judgements by grade, a panel a split. Queries without any are in no mean.',
        ),
        tableOf(
          ['split', 'queries', 'judged'],
          splits.map(({ split, queries, judged }) => row(split, [count(queries), count(judged)])),
        ),
      ),
      folded('What was said on the way', notices.length > 0 ? list(notices) : '<p>Nothing was left out.</p>'),
      ...(facts.frequency.length > 0
        ? [
            folded(
              'Queries',
              figure(
                await drawFrequency(facts),
                'Queries by how often each was asked, and the views they make up.',
              ),
            ),
          ]
        : []),
      ...(facts.positions.length > 0
        ? [
            folded(
              'Clicks by position',
              figure(
                await drawPositions(facts),
                'Share of the impressions that were clicked, and the same once the chance that a position is looked at is taken out. A line that falls little once debiased says that people looked less, not that documents were worse.',
              ),
            ),
          ]
        : []),
      folded(
        'Lengths',
        '<p>The part of the text that a model does not see when it reads this many words. A token is about three quarters of a word.</p>',
        tableOf(
          ['words read', 'documents cut', 'words lost'],
          lengths.map(({ words, longer, lost }) => row(String(words), [share(longer), share(lost)])),
        ),
      ),
      ...(Object.keys(facts.log).length > 0 ? [folded('Log', logTable(facts.log))] : []),
    ],
  })
}

/** judged test queries from which on intervals are narrow enough to show a few hundredths */
const ENOUGH_TO_MEASURE = 100
/** graded train queries from which on a model from scratch may gain (packages/metrics/LOG.md) */
const ENOUGH_TO_TEACH = 1_000
/** share of moved impressions below which position and relevance can hardly be told apart */
const FEW_MOVES = 0.05

/** Three questions, each with an answer of a few words. */
function dataCards({ splits, clickedPairs, moved, log, documents }: Inspection): Card[] {
  const judged = (split: string) => splits.find((one) => one.split === split)?.judged ?? 0
  const measures = judged('test') >= ENOUGH_TO_MEASURE
  const teaches = judged('train') >= ENOUGH_TO_TEACH
  const apart = moved !== undefined && moved >= FEW_MOVES
  const clicks: Pick<Card, 'verdict' | 'tone'> =
    log.rows === undefined
      ? { verdict: 'There is no log', tone: 'level' }
      : moved === undefined
        ? { verdict: 'Clicks alone, without positions', tone: 'level' }
        : apart
          ? { verdict: 'Position and relevance stand apart', tone: 'above' }
          : { verdict: 'Position hides relevance', tone: 'below' }
  return [
    {
      title: 'Queries that measure',
      verdict: measures ? 'Enough to measure by' : 'Intervals will be wide',
      tone: measures ? 'above' : 'below',
      lines: [`${count(judged('test'))} judged test queries, ${count(judged('validation'))} of validation`],
    },
    {
      title: 'Queries that teach',
      verdict: teaches ? 'Enough to learn from' : 'Few to learn from',
      tone: teaches ? 'above' : 'below',
      lines: [`${count(judged('train'))} graded train queries, ${count(documents)} documents`],
    },
    {
      title: 'Clicks',
      ...clicks,
      lines: [
        `${count(clickedPairs)} clicked pairs`,
        ...(moved === undefined ? [] : [`${share(moved)} of the impressions at more than one position`]),
      ],
    },
  ]
}

/** The main question: can a model learn from this log? */
function trainingFacts({ clickedPairs, clickModel, moved, log, splits, grades }: Inspection): string[] {
  const judged = (split: string) => splits.find((one) => one.split === split)?.judged ?? 0
  const positive = grades
    .filter(({ grade }) => grade > 0)
    .reduce((sum, { judgements }) => sum + judgements, 0)
  const model =
    clickModel &&
    `The ${clickModel.name} model explains the clicks best or was asked for; perplexity on held-out sessions ${Object.entries(
      clickModel.perplexity,
    )
      .map(([name, value]) => `${name} ${value.toFixed(3)}`)
      .join(', ')} (1 is certainty).`
  return [
    `Train has ${count(judged('train'))} graded queries, validation ${count(judged('validation'))}, test ${count(judged('test'))}. ${judged('test') < ENOUGH_TO_MEASURE ? 'Fewer than a hundred test queries: intervals will be wide.' : 'Enough test queries for intervals of a few hundredths.'}`,
    `${count(positive)} judgements are above 0.`,
    ...(log.rows === undefined
      ? ['There is no log: pairs to pre-train on are the best judged documents of the train queries.']
      : [`${count(clickedPairs)} pairs of the train queries were clicked.`]),
    ...(model ? [model] : []),
    ...(moved === undefined
      ? []
      : [
          moved < FEW_MOVES
            ? `Only ${share(moved)} of the impressions show a document at more than one position of its query: position and relevance are hard to separate.`
            : `${share(moved)} of the impressions show a document at more than one position of its query: position and relevance can be separated.`,
        ]),
  ]
}

const axis = (title: string | null, more: object = {}) => ({ axis: { title, tickCount: 5, ...more } })

function drawFrequency({ frequency }: DataFacts): Promise<string> {
  const values = frequency.map((bin) => ({ ...bin, bin: `${bin.least} or more` }))
  const panel = (field: 'queries' | 'views'): Panel => ({
    title: field,
    width: 370,
    height: 200,
    data: { values },
    mark: { type: 'bar', color: colors.accent },
    encoding: {
      x: {
        field: 'bin',
        type: 'ordinal',
        sort: values.map(({ bin }) => bin),
        ...axis('times asked', { labelAngle: -45 }),
      },
      y: { field, type: 'quantitative', ...axis(null) },
    },
  })
  return drawSvg(
    { hconcat: [panel('queries'), panel('views')], spacing: 32 },
    'Queries by how often they were asked',
  )
}

function drawPositions({ positions }: DataFacts): Promise<string> {
  const values = positions.flatMap(({ position, raw, debiased }) => [
    { position, share: raw, kind: 'as clicked' },
    { position, share: debiased, kind: 'debiased' },
  ])
  return drawSvg(
    {
      width: 700,
      height: 220,
      data: { values },
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'position', type: 'quantitative', ...axis('position') },
        y: { field: 'share', type: 'quantitative', ...axis('share clicked') },
        color: {
          field: 'kind',
          type: 'nominal',
          scale: { domain: ['as clicked', 'debiased'], range: [colors.quiet, colors.accent] },
          legend: { title: null, labelColor: colors.text },
        },
      },
    },
    'Clicks by position, before and after debiasing',
  )
}

function drawGrades({ grades }: DataFacts): Promise<string> {
  const splits = [...new Set(grades.map(({ split }) => split))]
  const panels = splits.map(
    (split): Panel => ({
      title: split,
      width: 150,
      height: 160,
      data: { values: grades.filter((row) => row.split === split) },
      mark: { type: 'bar', color: colors.accent },
      encoding: {
        x: { field: 'grade', type: 'ordinal', ...axis('grade', { labelAngle: 0 }) },
        y: { field: 'judgements', type: 'quantitative', ...axis(null) },
      },
    }),
  )
  return drawSvg({ hconcat: panels, spacing: 24 }, 'Judgements by grade and split')
}

const LOG_NAMES: Readonly<Record<string, string>> = {
  rows: 'rows that could be read',
  badRows: 'rows that could not be used',
  forgotten: 'rows of sessions that asked to be forgotten',
  sessions: 'sessions',
  robots: "sessions taken for robots'",
  robotRows: 'rows of robots',
  clicks: 'clicks',
  unsatisfied: 'clicks with a stay too short to count',
  farDown: 'rows too far down the page',
  queries: 'queries',
  rareQueries: 'queries of too few sessions',
  views: 'result pages seen',
  clickedViews: 'result pages with a click',
  from: 'first row',
  to: 'last row',
  timestamps: 'timestamps read as',
}

const logTable = (log: Readonly<Record<string, unknown>>) =>
  `<dl>${Object.entries(LOG_NAMES)
    .filter(([key]) => log[key] !== undefined)
    .map(([key, name]) => {
      const value = log[key]
      return `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(typeof value === 'number' ? count(value) : String(value))}</dd></div>`
    })
    .join('')}</dl>`

const row = (head: string, cells: readonly string[]) =>
  `<tr><th scope="row">${escapeHtml(head)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`
const count = (value: number) => value.toLocaleString('en')
const share = (value: number) => `${(100 * value).toFixed(1)} %`
