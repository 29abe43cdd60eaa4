// Quality by row: a dot with its 95 % interval, one panel a measure; a dashed line stands at the first stage.
import { colors, drawSvg, type Panel } from '@disranker/page'
import { nameOf, plain } from '../figures.ts'
import type { MeasureName, Table } from '../table.ts'

const SHOWN: readonly MeasureName[] = ['mrr@10', 'ndcg@10']

/** MRR@10 and nDCG@10 of every row, side by side. */
export function drawQuality({ rows, info }: Table): Promise<string> {
  const names = info.map(({ name }) => name)
  const first = info.find(({ role }) => role === 'first-stage')?.name ?? ''
  const panels = SHOWN.map((measure, index): Panel => {
    const values = names.map((row) => ({
      row,
      ...rows[row]![measure],
      text: plain(rows[row]![measure].value),
    }))
    // the names stand once, on the left
    const left = {
      title: null,
      ticks: false,
      domain: false,
      labelPadding: 8,
      labelLimit: 240,
      labelColor: colors.text,
    }
    const y = { field: 'row', type: 'nominal', sort: names, axis: index === 0 ? left : null } as const
    const x = {
      field: 'value',
      type: 'quantitative',
      scale: { zero: false },
      axis: { title: null, tickCount: 5 },
    } as const
    const isBaseline = `datum.row === ${JSON.stringify(first)}`
    const color = { condition: { test: isBaseline, value: colors.quiet }, value: colors.accent } as const
    return {
      title: nameOf(measure),
      width: 370,
      height: { step: 34 },
      data: { values },
      layer: [
        {
          transform: [{ filter: isBaseline }],
          mark: { type: 'rule', strokeDash: [3, 3], color: colors.quiet },
          encoding: { x },
        },
        {
          mark: { type: 'rule', strokeWidth: 3, opacity: 0.45, strokeCap: 'round' },
          encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
        },
        { mark: { type: 'point', filled: true, size: 90, opacity: 1 }, encoding: { y, x, color } },
        {
          mark: { type: 'text', dy: -12, fontSize: 11, color: colors.text },
          encoding: { y, x, text: { field: 'text' } },
        },
      ],
    }
  })
  return drawSvg(
    { hconcat: panels, spacing: 32 },
    'MRR@10 and nDCG@10 of every row with 95 % intervals; the figures are in the table below',
  )
}
