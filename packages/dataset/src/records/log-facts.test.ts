import { expect, it } from 'vitest'
import { gatherLogFacts } from './log-facts.ts'
import { listRecords } from './record-list.ts'
import type { Document, Query, Records } from './records.ts'

const facts = (documents: Records<Document>) =>
  gatherLogFacts({
    documents,
    queries: listRecords(
      [9, 1, 0, 2].map(
        (_, i): Query => ({ id: `q${i}`, text: 'red shoes', split: i === 0 ? 'test' : 'train' }),
      ),
    ),
    clicks: [{ query: 'q1', document: 'd0', weight: 1, clicks: 1, impressions: 2 }],
    judgements: new Map([9, 1, 0, 2].map((grade, i) => [`q${i}`, new Map([['d0', grade]])])),
    candidates: () => new Map(),
    firstStage: () => new Map(),
    close() {},
  })
const documentsOf = (count: number, summary: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ id: `d${i}`, title: 'two words', summary: summary(i) }))

it('sees what may be learned from, and no more', () => {
  // five of a hundred are long; the test query's grade of 9 is none of the recipe's business
  const documents = documentsOf(100, (i) => (i < 95 ? `this one has ${i}` : 'word '.repeat(500)))
  expect(facts(listRecords(documents))).toEqual({
    highestGrade: 2,
    trainQueries: 2,
    clickedPairs: 1,
    // two, words; this, one, has and 95 numbers; word; red, shoes
    distinctWords: 2 + 3 + 95 + 1 + 2,
    words: { query: 2, title: 2, summary: 4 },
  })
})

it('reads no more of a large log than it counts', () => {
  const documents = documentsOf(50_000, (i) => Array.from({ length: 10 }, (_, at) => `w${i}x${at}`).join(' '))
  let read = 0
  const counted = {
    ...listRecords(documents),
    *[Symbol.iterator]() {
      for (const document of documents) {
        read++
        yield document
      }
    },
  }
  expect(facts(counted)).toMatchObject({ distinctWords: 100_000, words: { title: 2, summary: 10 } })
  // 20,000 lengths of each kind, of some more documents
  expect(read).toBe(20_000)
})
