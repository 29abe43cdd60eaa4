// How the loss of every trained stage fell.
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './draw.ts'

export interface CurvePoint {
  readonly step: number
  readonly loss: number
}

/** points a curve, at most: a picture has no more pixels */
const MOST = 120

/** One small picture a stage, as their losses are not comparable; each point is the mean of the steps around it. */
export function drawCurves(curves: ReadonlyMap<string, readonly CurvePoint[]>): Promise<string> {
  const values = [...curves].flatMap(([stage, points]) =>
    smooth(points).map((point) => ({ stage, ...point })),
  )
  const spec: TopLevelSpec = {
    data: { values },
    facet: { field: 'stage', type: 'nominal', title: null, sort: [...curves.keys()] },
    columns: 2,
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: {
      width: 300,
      height: 140,
      mark: { type: 'line', strokeWidth: 1.5, color: '#2a6fb0' },
      encoding: {
        x: { field: 'step', type: 'quantitative' },
        y: { field: 'loss', type: 'quantitative', scale: { zero: false } },
      },
    },
  }
  return draw(spec)
}

function smooth(points: readonly CurvePoint[]): CurvePoint[] {
  const width = Math.max(1, Math.ceil(points.length / MOST))
  const means: CurvePoint[] = []
  for (let from = 0; from < points.length; from += width) {
    const part = points.slice(from, from + width)
    means.push({ step: part.at(-1)!.step, loss: part.reduce((sum, { loss }) => sum + loss, 0) / part.length })
  }
  return means
}
