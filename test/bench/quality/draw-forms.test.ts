import { expect, it } from 'vitest'
import { drawForms } from './draw-forms.ts'

it('draws a panel a set and names every form, for light and dark', async () => {
  const points = ['Cranfield', 'WikiQA'].flatMap((set) => [
    { set, form: 'BM25', milliseconds: 0, ndcg10: 0.35 },
    { set, form: 'vectors', milliseconds: 9, ndcg10: 0.42 },
  ])
  const svg = await drawForms(points)
  expect(svg).toContain('aria-label="nDCG@10 against CPU time for 50 documents on Cranfield and WikiQA"')
  for (const text of ['Cranfield', 'WikiQA', 'BM25', 'vectors', 'CPU ms for 50 documents'])
    expect(svg).toContain(`>${text}</text>`)
  expect(svg).toContain('prefers-color-scheme: dark')
})
