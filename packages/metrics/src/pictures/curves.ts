// The loss of every training over time. The losses are different quantities, so each has its own panel and
// scale.
import { colors, drawSvg, type Panel } from '@disranker/page'
import { type Curves, thinCurve } from '../curves.ts'

/** points of a curve: about one every three pixels */
const POINTS = 120

/** Loss by step, two panels a line; undefined when there is no curve. */
export async function drawCurves(curves: Curves): Promise<string | undefined> {
  const names = Object.keys(curves)
  if (names.length === 0) return undefined
  const panels = names.map(
    (title): Panel => ({
      title,
      width: 390,
      height: 150,
      data: { values: thinCurve(curves[title]!, POINTS) },
      mark: { type: 'line', color: colors.accent, strokeWidth: 1.6 },
      encoding: {
        x: { field: 'step', type: 'quantitative', axis: { title: 'step', tickCount: 5, grid: false } },
        y: {
          field: 'loss',
          type: 'quantitative',
          scale: { zero: false },
          axis: { title: 'loss', tickCount: 5 },
        },
      },
    }),
  )
  return drawSvg({ concat: panels, columns: 2, spacing: 32 }, `Loss by step of ${names.join(', ')}`)
}
