// The three pictures of the report, as vega-lite specifications: quality by row with intervals, training curves, and the
// scores of one model beside those of the model it should equal.
import type { TopLevelSpec } from 'vega-lite'
import type { Agreement } from './agreement.ts'
import { type Curves, thinCurve } from './curves.ts'
import { nameOf, plain } from './sentences.ts'
import { drawSvg } from './svg.ts'
import type { MeasureName, Table } from './table.ts'
import { BASELINE, type RowName } from './table-rows.ts'

const schema = 'https://vega.github.io/schema/vega-lite/v6.json'
const accent = 'var(--accent)'
const SHOWN = ['mrr@10', 'ndcg@10'] as const

export interface Pictures {
  /** SVG elements */
  readonly quality: string
  readonly curves: string | undefined
  readonly agreement: string | undefined
}

/** Draws what there is something to draw of. */
export async function drawPictures(
  table: Table,
  curves: Curves,
  agreed: Agreement | undefined,
): Promise<Pictures> {
  const names = Object.keys(curves)
  return {
    quality: await drawSvg(
      qualityPicture(table),
      'MRR@10 and nDCG@10 of every row with 95 % intervals; the figures stand in the table below',
    ),
    curves:
      names.length === 0
        ? undefined
        : await drawSvg(curvesPicture(curves), `Loss by step of ${names.join(', ')}`),
    agreement:
      agreed &&
      (await drawSvg(
        agreementPicture(agreed),
        `Scores of ${agreed.row} beside those of ${agreed.reference}`,
      )),
  }
}

/** Every row's figure and 95 % interval, one panel a measure; a dashed line stands at the baseline. */
export function qualityPicture(table: Table): TopLevelSpec {
  const rows = Object.keys(table.rows) as RowName[]
  const panel = (measure: MeasureName, index: number) => {
    const values = rows.map((row) => {
      const { value, low, high } = table.rows[row]![measure]!
      return { row, value, low, high, text: plain(value), kind: row === BASELINE ? 'baseline' : 'row' }
    })
    const y = {
      field: 'row',
      type: 'nominal' as const,
      sort: rows,
      // the names stand once, on the left
      axis:
        index === 0
          ? {
              title: null,
              ticks: false,
              domain: false,
              labelPadding: 8,
              labelColor: 'var(--text)',
              labelLimit: 200,
            }
          : null,
    }
    const color = {
      condition: { test: "datum.kind === 'baseline'", value: 'var(--quiet)' },
      value: accent,
    }
    const x = {
      field: 'value',
      type: 'quantitative' as const,
      scale: { zero: false, nice: true },
      axis: { title: null, tickCount: 5 },
    }
    return {
      title: nameOf(measure),
      width: 330,
      height: { step: 34 },
      data: { values },
      encoding: { y },
      layer: [
        {
          transform: [{ filter: "datum.kind === 'baseline'" }],
          mark: { type: 'rule' as const, strokeDash: [3, 3], color: 'var(--quiet)' },
          encoding: { x, y: {} },
        },
        {
          mark: { type: 'rule' as const, strokeWidth: 3, opacity: 0.45, strokeCap: 'round' as const },
          encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        { mark: { type: 'point' as const, filled: true, size: 90, opacity: 1 }, encoding: { x, color } },
        {
          mark: { type: 'text' as const, dy: -12, fontSize: 11, color: 'var(--text)' },
          encoding: { x, text: { field: 'text' } },
        },
      ],
    }
  }
  return { $schema: schema, hconcat: SHOWN.map(panel), spacing: 36 } as TopLevelSpec
}

/** The loss of every training, one panel each: their losses are different things, so each has a scale of its own. */
export function curvesPicture(curves: Curves, points = 120): TopLevelSpec {
  const panels = Object.entries(curves).map(([name, curve]) => ({
    title: name,
    width: 330,
    height: 150,
    data: { values: thinCurve(curve, points) },
    mark: { type: 'line' as const, color: accent, strokeWidth: 1.6, interpolate: 'linear' as const },
    encoding: {
      x: { field: 'step', type: 'quantitative' as const, axis: { title: 'step', tickCount: 5, grid: false } },
      y: {
        field: 'loss',
        type: 'quantitative' as const,
        scale: { zero: false },
        axis: { title: 'loss', tickCount: 5 },
      },
    },
  }))
  return { $schema: schema, concat: panels, columns: 2, spacing: 36 } as TopLevelSpec
}

/** Score beside score, with the diagonal where both are equal; at most `count` pairs, evenly spread over the list. */
export function agreementPicture({ row, reference, points }: Agreement, count = 1500): TopLevelSpec {
  const every = Math.ceil(points.length / count)
  const values = points
    .filter((_, index) => index % every === 0)
    .map(([x, y]) => ({ x: round(x), y: round(y) }))
  const all = values.flatMap(({ x, y }) => [x, y])
  const domain = [Math.min(...all), Math.max(...all)]
  const channel = (field: string, title: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { domain, nice: true, zero: false },
    axis: { title, tickCount: 6 },
  })
  const x = channel('x', `score of ${reference}`)
  const y = channel('y', `score of ${row}`)
  return {
    $schema: schema,
    width: 380,
    height: 380,
    layer: [
      {
        data: { values: domain.map((value) => ({ x: value, y: value })) },
        mark: { type: 'line', color: 'var(--quiet)', strokeDash: [3, 3], strokeWidth: 1 },
        encoding: { x, y },
      },
      {
        data: { values },
        mark: { type: 'circle', color: accent, size: 12, opacity: 0.5 },
        encoding: { x, y },
      },
    ],
  } as TopLevelSpec
}

const round = (value: number) => Number(value.toPrecision(5))
