import { expect, it } from 'vitest'
import { fitExactMatch, matchOf, overlapOf } from './exact-match.ts'
import { createBm25 } from './search/bm25.ts'
import { stem, words } from './words/words.ts'

const documents = [
  { title: 'red apples', summary: 'the apple is red' },
  { title: 'the stone', summary: 'a constructor of stones' },
  { title: '', summary: 'the end' },
]
const options = { levels: [0.3, 0.9], k1: 1.2, b: 0.75, buckets: 4, bucketWidth: 1 } as const
const exactMatch = fitExactMatch(documents, options)

it('counts stems over documents', () => {
  expect(exactMatch.averageLength).toBe(4.67)
  // "the" is in all three documents; what is in one alone has the default
  expect(exactMatch.idf).toEqual({ the: 0.1335 })
  expect(exactMatch.defaultIdf).toBe(0.9808)
})

it('measures overlap as BM25 does', () => {
  const texts = documents.map(({ title, summary }) => `${title} ${summary}`)
  const bm25 = createBm25(texts)
  const table = new Map(Object.entries(exactMatch.idf))
  const stems = (text: string) => words(text).map(stem)
  for (const query of ['the red apple', 'stone constructor', 'nothing', ''])
    for (const [index, text] of texts.entries()) {
      const asked = [...new Set(stems(query))]
      const counts = asked.map((stem) => stems(text).filter((other) => other === stem).length)
      const idf = asked.map((stem) => table.get(stem) ?? exactMatch.defaultIdf)
      expect(overlapOf(counts, idf, stems(text).length, exactMatch)).toBeCloseTo(
        bm25.scores(query)[index]!,
        2,
      )
    }
})

it('grades a match by word, stem and idf', () => {
  const match = (exact: boolean, idf: number) => matchOf(exact, idf, [1, 2])
  expect([match(true, 0.5), match(false, 1.5), match(false, 9)]).toEqual([0, 1, 2])
  expect([match(true, 1.5), match(true, 2)]).toEqual([3, 4])
})
