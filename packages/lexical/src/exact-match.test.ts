import { expect, it } from 'vitest'
import { createBm25 } from './bm25.ts'
import { fitExactMatch, matchOf, overlapOf } from './exact-match.ts'
import { stem, words } from './words.ts'

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
    for (const [index, text] of texts.entries())
      expect(
        overlapOf(
          new Set(stems(query)),
          stems(text),
          (word) => table.get(word) ?? exactMatch.defaultIdf,
          exactMatch,
        ),
      ).toBeCloseTo(bm25.scores(query)[index]!, 2)
})

it('grades a match by word, stem and idf', () => {
  const other = { words: new Set(['apples', 'the']), stems: new Set(['appl', 'the']) }
  const match = (word: string, idf: number) => matchOf(word, stem(word), other, idf, [1, 2])
  expect([match('pear', 9), match('apples', 0.5), match('apple', 1.5), match('apple', 9)]).toEqual([
    0, 0, 1, 2,
  ])
  expect([match('apples', 1.5), match('apples', 2)]).toEqual([3, 4])
})
