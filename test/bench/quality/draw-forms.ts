// Latency at quality: a panel a data set, a point for each form of the bundle, nDCG@10 against CPU for 50 documents.
import { colors, drawSvg, type Panel, standaloneSvg } from '@disranker/page'

export interface FormPoint {
  readonly set: string
  readonly form: string
  /** CPU ms of 50 documents */
  readonly milliseconds: number
  readonly ndcg10: number
}

export async function drawForms(points: readonly FormPoint[]): Promise<string> {
  const sets = [...new Set(points.map(({ set }) => set))]
  const panels = sets.map((title): Panel => {
    const values = points.filter(({ set }) => set === title)
    const x = {
      field: 'milliseconds',
      type: 'quantitative',
      scale: { zero: true, nice: true },
      axis: { title: 'CPU ms for 50 documents', grid: false, tickCount: 6 },
    } as const
    const y = {
      field: 'ndcg10',
      type: 'quantitative',
      scale: { zero: false, padding: 14 },
      axis: { title: 'nDCG@10', tickCount: 5 },
    } as const
    return {
      title,
      width: 330,
      height: 220,
      data: { values },
      layer: [
        { mark: { type: 'point', filled: true, size: 70, color: colors.accent }, encoding: { x, y } },
        // what native onnxruntime computes ranks as well as what workerd does: its name would lie on the other's
        ...([true, false] as const).map((isNative) => ({
          transform: [{ filter: `${isNative ? '' : '!'}test(/native/, datum.form)` }],
          mark: {
            type: 'text' as const,
            align: 'left' as const,
            dx: 6,
            dy: isNative ? 14 : -9,
            color: colors.text,
          },
          encoding: { x, y, text: { field: 'form', type: 'nominal' as const } },
        })),
      ],
    }
  })
  const label = `nDCG@10 against CPU time for 50 documents on ${sets.join(' and ')}`
  return standaloneSvg(await drawSvg({ concat: panels, columns: 2, spacing: 48 }, label))
}
