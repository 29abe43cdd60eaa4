// Quality by row; a dashed line marks the first stage.
import { drawIntervals } from '@disranker/page'
import { nameOf, plain } from '../figures/figures.ts'
import type { MeasureName, Table } from '../figures/table.ts'

const SHOWN: readonly MeasureName[] = ['mrr@10', 'ndcg@10']

/** MRR@10 and nDCG@10 of every row, side by side. */
export function drawQuality({ rows, info }: Table): Promise<string> {
  const names = info.map(({ name }) => name)
  return drawIntervals(
    names,
    SHOWN.map((measure) => ({
      title: nameOf(measure),
      figures: names.map((row) => rows[row]![measure]),
    })),
    {
      dashed: info.find(({ role }) => role === 'first-stage')?.name ?? '',
      text: plain,
      label: 'MRR@10 and nDCG@10 of every row with 95 % intervals; the figures are in the table below',
    },
  )
}
