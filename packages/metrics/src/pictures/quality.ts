// Quality by model, with intervals.
import type { TopLevelSpec } from 'vega-lite'
import type { SplitReport } from '../report.ts'
import { draw } from './draw.ts'

/** MRR@10 and nDCG@10 side by side, one line a model. */
export function drawQuality({ rows }: SplitReport): Promise<string> {
  const values = (['mrr@10', 'ndcg@10'] as const).flatMap((measure) =>
    Object.entries(rows).map(([model, row]) => ({
      model,
      measure: measure === 'mrr@10' ? 'MRR@10' : 'nDCG@10',
      ...row[measure],
    })),
  )
  const y = { field: 'model', type: 'nominal', sort: Object.keys(rows), title: null } as const
  const spec: TopLevelSpec = {
    data: { values },
    facet: { column: { field: 'measure', type: 'nominal', title: null } },
    spec: {
      width: 300,
      height: { step: 28 },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2, color: '#2a6fb0' },
          encoding: {
            y,
            x: {
              field: 'low',
              type: 'quantitative',
              title: 'value and 95 % interval',
              scale: { zero: false },
            },
            x2: { field: 'high' },
          },
        },
        {
          mark: { type: 'point', filled: true, size: 70, color: '#2a6fb0' },
          encoding: { y, x: { field: 'value', type: 'quantitative' } },
        },
        {
          mark: { type: 'text', dy: -10, fontSize: 10 },
          encoding: {
            y,
            x: { field: 'value', type: 'quantitative' },
            text: { field: 'value', type: 'quantitative', format: '.3f' },
          },
        },
      ],
    },
  }
  return draw(spec)
}
