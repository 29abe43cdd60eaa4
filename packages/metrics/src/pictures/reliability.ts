// How far int8 is from float32, score by score.
import type { Run } from '@disranker/dataset'
import type { TopLevelSpec } from 'vega-lite'
import { draw } from './draw.ts'

export interface Reliability {
  readonly pairs: number
  readonly largest: number
  readonly mean: number
  /** share of the queries with the same first document */
  readonly sameFirst: number
  readonly picture: string
}

const MOST = 1500

/** Compares the scores of the same pairs. */
export async function compareScores(float: Run, int8: Run): Promise<Reliability> {
  const points: { float32: number; int8: number }[] = []
  let same = 0
  for (const [query, rows] of float) {
    const other = new Map((int8.get(query) ?? []).map(({ document, score }) => [document, score]))
    for (const { document, score } of rows) {
      const value = other.get(document)
      if (value !== undefined) points.push({ float32: score, int8: value })
    }
    if (rows[0]?.document === int8.get(query)?.[0]?.document) same++
  }
  const differences = points.map(({ float32, int8 }) => Math.abs(float32 - int8))
  const every = Math.max(1, Math.ceil(points.length / MOST))
  const spec: TopLevelSpec = {
    data: { values: points.filter((_, i) => i % every === 0) },
    width: 320,
    height: 320,
    mark: { type: 'point', filled: true, size: 9, opacity: 0.35, color: '#2a6fb0' },
    encoding: {
      x: { field: 'float32', type: 'quantitative', title: 'score in float32', scale: { zero: false } },
      y: { field: 'int8', type: 'quantitative', title: 'score in int8', scale: { zero: false } },
    },
  }
  return {
    pairs: points.length,
    largest: differences.reduce((most, value) => Math.max(most, value), 0),
    mean: differences.reduce((sum, value) => sum + value, 0) / Math.max(1, differences.length),
    sameFirst: same / Math.max(1, float.size),
    picture: await draw(spec),
  }
}
