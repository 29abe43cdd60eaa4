// Reliability of int8: its scores against those of fp32, and the differences, since the scores all lie on the
// diagonal.
import { colors, drawSvg, type Panel } from '@disranker/page'
import type { Agreement } from '../measures/agreement.ts'

/** dots in a panel: more would hide each other */
const POINTS = 800

/** Score against score on the left, their difference on the right. */
export function drawAgreement({ row, reference, points }: Agreement): Promise<string> {
  const values = sample(points).map(([x, y]) => ({ x: round(x), y: round(y), difference: round(y - x) }))
  const all = values.flatMap(({ x, y }) => [x, y])
  const domain = [Math.min(...all), Math.max(...all)]
  const channel = (field: string, title: string, scale: object) =>
    ({
      field,
      type: 'quantitative',
      scale: { zero: false, ...scale },
      axis: { title, tickCount: 6 },
    }) as const
  const x = channel('x', `score of ${reference}`, { domain, nice: true })
  const panel = (title: string, y: ReturnType<typeof channel>, ideal: object[]): Panel => ({
    title,
    width: 370,
    height: 300,
    layer: [
      {
        data: { values },
        mark: { type: 'circle', color: colors.accent, size: 14, opacity: 0.45 },
        encoding: { x, y },
      },
      {
        data: { values: ideal },
        mark: { type: 'line', color: colors.text, strokeDash: [3, 3], strokeWidth: 1 },
        encoding: { x, y },
      },
    ],
  })
  return drawSvg(
    {
      hconcat: [
        panel(
          'scores',
          channel('y', `score of ${row}`, { domain, nice: true }),
          domain.map((value) => ({ x: value, y: value })),
        ),
        panel(
          'differences',
          channel('difference', `${row} minus ${reference}`, {}),
          domain.map((value) => ({ x: value, difference: 0 })),
        ),
      ],
      spacing: 32,
    },
    `Scores of ${row} against those of ${reference}, and their differences`,
  )
}

/** Evenly spread over the list, and always with the pair of the largest difference. */
function sample(points: Agreement['points']): Agreement['points'] {
  const every = Math.ceil(points.length / POINTS)
  const apart = ([a, b]: readonly [number, number]) => Math.abs(a - b)
  const furthest = points.reduce((most, point) => (apart(point) > apart(most) ? point : most))
  return [...points.filter((_, index) => index % every === 0), furthest]
}

const round = (value: number) => Number(value.toPrecision(4))
