// The pictures of a study: every arm with its interval; quality by milliseconds at the edge; quality by share of the grades.
import { nameOf, plain } from '@disranker/metrics'
import { colors, drawIntervals, drawSvg } from '@disranker/page'
import { STUDY_MEASURE_NAMES } from '../report/pooled-rows.ts'
import type { StudyRow } from '../report/study-table.ts'

/** Dots with 95 % intervals, one panel for each measure; the dashed line marks the first row. */
export function drawArms(rows: readonly StudyRow[]): Promise<string> {
  const names = rows.map(({ arm }) => arm)
  return drawIntervals(
    names,
    STUDY_MEASURE_NAMES.map((measure) => ({
      title: nameOf(measure),
      figures: rows.map(({ measures }) => measures[measure]),
    })),
    {
      dashed: names[0]!,
      text: plain,
      label: `MRR@10 and nDCG@10 of ${names.join(', ')} with 95 % intervals`,
    },
  )
}

export interface Point {
  readonly arm: string
  /** points of the same line are connected */
  readonly line: string
  readonly x: number
}

export interface CurveAxis {
  readonly title: string
  readonly scale: 'linear' | 'log'
}

/** nDCG@10 with its interval against another quantity. */
export function drawBy(
  points: readonly Point[],
  rows: readonly StudyRow[],
  axis: CurveAxis,
): Promise<string> {
  const values = points.flatMap(({ arm, line, x }) => {
    const row = rows.find((row) => row.arm === arm)
    if (row === undefined) return []
    const { value, low, high } = row.measures['ndcg@10']
    return [{ arm, line, x, value, low, high }]
  })
  const x = {
    field: 'x',
    type: 'quantitative',
    scale: axis.scale === 'log' ? ({ type: 'log', nice: true } as const) : { zero: false },
    axis: { title: axis.title, tickCount: 6, grid: false },
  } as const
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: false },
    axis: { title: 'nDCG@10', tickCount: 5 },
  } as const
  const strokeDash = {
    field: 'line',
    type: 'nominal',
    legend: { title: null, labelColor: colors.text },
  } as const
  return drawSvg(
    {
      width: 640,
      height: 260,
      data: { values },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.35, color: colors.accent },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
        },
        { mark: { type: 'line', color: colors.accent }, encoding: { x, y, strokeDash } },
        {
          mark: { type: 'point', filled: true, size: 80, opacity: 1, color: colors.accent },
          encoding: { x, y },
        },
        {
          mark: { type: 'text', align: 'left', dx: 8, dy: -8, fontSize: 11, color: colors.text },
          encoding: { x, y, text: { field: 'arm' } },
        },
      ],
    },
    `nDCG@10 by ${axis.title}`,
  )
}
