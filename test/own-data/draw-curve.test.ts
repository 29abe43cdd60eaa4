import { expect, it } from 'vitest'
import { drawCurve } from './draw-curve.ts'

it('draws a panel a set and a line for each way to learn, with intervals, for light and dark', async () => {
  const gain = { value: 0.03, low: 0.01, high: 0.05 }
  const svg = await drawCurve(
    ['Cranfield', 'CWE'].flatMap((set) =>
      ['from scratch', 'published encoder'].flatMap((from) =>
        [25, 100].map((judged) => ({ set, from, judged, gain })),
      ),
    ),
  )
  expect(svg).toMatch(
    /aria-label="Gain over BM25 by judged queries on Cranfield and CWE: from scratch, published encoder"/,
  )
  for (const text of ['Cranfield', 'CWE', 'from scratch', 'published encoder', 'judged queries'])
    expect(svg).toContain(`>${text}</text>`)
  expect(svg).toContain('prefers-color-scheme: dark')
})
