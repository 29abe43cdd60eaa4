import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Bm25, createBm25 } from './bm25.ts'
import { BLOCK } from './inverted-index.ts'

/** what a scan of every text finds */
function scan(bm25: Bm25, query: string, k: number) {
  return [...bm25.scores(query)]
    .map((score, index) => ({ index, score }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, k)
}

// few words, the first the most frequent, so that lists are long and scores tie
const word = fc.integer({ min: 0, max: 99 }).map((n) => `w${Math.floor(n ** 2 / 500)}`)
const text = fc.array(word, { maxLength: 12 }).map((list) => list.join(' '))

it('finds what a full scan finds, to the last bit', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 60 }),
      fc.array(word, { maxLength: 5 }),
      fc.integer({ min: 1, max: 20 }),
      (few, words, k) => {
        // longer than several blocks
        const texts = Array.from({ length: 6 * BLOCK }, (_, i) => `${few[i % few.length]} x${i % 7}`)
        const query = ['x3', ...words].join(' ')
        const bm25 = createBm25(texts)
        expect(bm25.search(query, k)).toEqual(scan(bm25, query, k))
      },
    ),
    { numRuns: 60 },
  )
})

it('finds the same in a large index, where most is passed over', () => {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  const zipf = () => `v${Math.floor(Math.exp(random() * Math.log(3000)))}`
  const texts = Array.from({ length: 6000 }, () =>
    Array.from({ length: 3 + Math.floor(random() * 20) }, zipf).join(' '),
  )
  const bm25 = createBm25(texts)
  for (let i = 0; i < 150; i++) {
    const query = Array.from({ length: 1 + (i % 5) }, zipf).join(' ')
    for (const k of [1, 10, 100, 300]) expect(bm25.search(query, k)).toEqual(scan(bm25, query, k))
  }
})

it('has nothing to find in nothing, for nothing or for no places', () => {
  expect(createBm25([]).search('a', 3)).toEqual([])
  expect(createBm25(['a']).search('', 3)).toEqual([])
  expect(createBm25(['a']).search('a', 0)).toEqual([])
})
