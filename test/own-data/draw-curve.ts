// The learning curve as a picture: the gain over the first stage by the number of judged queries, with its interval, from scratch and
// with published weights.
import { colors, drawSvg, type Panel, standaloneSvg } from '@disranker/page'
import type { PairedTest } from '@disranker/ranking'

export interface CurvePoint {
  readonly set: string
  /** what learned */
  readonly from: string
  readonly judged: number
  readonly gain: Omit<PairedTest, 'p'>
}

/** One panel per set, each in a separate file. */
export async function drawCurve(points: readonly CurvePoint[]): Promise<string> {
  const sets = [...new Set(points.map(({ set }) => set))]
  const froms = [...new Set(points.map(({ from }) => from))]
  const panels = sets.map((title): Panel => {
    const values = points
      .filter(({ set }) => set === title)
      .map(({ from, judged, gain: { value, low, high } }) => ({ from, judged, value, low, high }))
    const x = {
      field: 'judged',
      type: 'quantitative',
      scale: { type: 'log' },
      axis: { title: 'judged queries', grid: false, values: values.map(({ judged }) => judged) },
    } as const
    const color = {
      field: 'from',
      type: 'nominal',
      scale: { domain: froms, range: [colors.quiet, colors.accent] },
      legend: { title: null, orient: 'top' },
    } as const
    const y = { type: 'quantitative', axis: { title: 'nDCG@10 above BM25', tickCount: 5 } } as const
    return {
      title,
      width: 330,
      height: 200,
      data: { values },
      layer: [
        { mark: { type: 'rule', color: colors.line }, encoding: { y: { datum: 0 } } },
        {
          mark: { type: 'errorbar' },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
        },
        {
          mark: { type: 'line', point: true, strokeWidth: 1.6 },
          encoding: { x, y: { ...y, field: 'value' }, color },
        },
      ],
    }
  })
  const label = `Gain over BM25 by judged queries on ${sets.join(' and ')}: ${froms.join(', ')}`
  return standaloneSvg(await drawSvg({ concat: panels, columns: 2, spacing: 32 }, label))
}
