// Draws figures with their intervals: one row for each compared item, one panel for each measure.
import { colors, drawSvg, type Panel } from './draw-svg.ts'

export interface IntervalPanel {
  readonly title: string
  /** in the order of the rows */
  readonly figures: readonly { readonly value: number; readonly low: number; readonly high: number }[]
}

/**
 * Dots with their intervals.
 * @param names of the rows
 * @param dashed the row whose value has a dashed line
 * @param text the label of a value
 */
export function drawIntervals(
  names: readonly string[],
  panels: readonly IntervalPanel[],
  {
    dashed,
    text,
    label,
  }: { readonly dashed: string; readonly text: (value: number) => string; readonly label: string },
): Promise<string> {
  // the names are only on the left
  const left = {
    ...{ title: null, ticks: false, domain: false, labelPadding: 8, labelLimit: 250 },
    labelColor: colors.text,
  }
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: { zero: false },
    axis: { title: null, tickCount: 5 },
  } as const
  const isDashed = `datum.row === ${JSON.stringify(dashed)}`
  const color = { condition: { test: isDashed, value: colors.quiet }, value: colors.accent } as const
  const drawn = panels.map(({ title, figures }, index): Panel => {
    const y = { field: 'row', type: 'nominal', sort: names, axis: index === 0 ? left : null } as const
    return {
      title,
      width: 370,
      height: { step: 34 },
      data: { values: figures.map((one, at) => ({ row: names[at], ...one, text: text(one.value) })) },
      layer: [
        {
          transform: [{ filter: isDashed }],
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
  return drawSvg({ hconcat: drawn, spacing: 32 }, label)
}
