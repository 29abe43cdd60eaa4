import { listRecords, type Pairs } from '@disranker/dataset'
import { learnVocabulary } from '@disranker/tokenizer'
import { expect, it } from 'vitest'
import { createReader, createSides } from './text-sides.ts'

const documents = Array.from({ length: 40 }, (_, i) => ({
  id: `d${i}`,
  title: `number ${i}`,
  summary: 'some more words',
}))

it('remembers ids of documents as far as there is room', () => {
  const exactMatch = { levels: [0.3, 0.6], k1: 1.2, b: 0.75, buckets: 3, bucketWidth: 3 } as const
  const lengths = { maxLength: 32, maxQuery: 8, maxTitle: 8, maxSummary: 8 }
  const sides = createSides(
    learnVocabulary(documents, [], { form: 'bert', size: 200, ...lengths, exactMatch }),
  )
  let read = 0
  const records = listRecords(documents)
  const pairs = {
    documents: {
      ...records,
      at(number: number) {
        read++
        return records.at(number)
      },
    },
  } as Pairs
  const readAll = (reader: (number: number) => readonly number[]) =>
    documents.map((_, number) => reader(number))
  const all = createReader(pairs, sides)
  const ids = readAll(all)
  expect(readAll(all)).toEqual(ids)
  expect(read).toBe(40)
  const few = createReader(pairs, sides, 300)
  expect(readAll(few)).toEqual(ids)
  expect(readAll(few)).toEqual(ids)
  expect(read).toBe(40 + 80)
})
