import { expect, it } from 'vitest'
import { DEPTH, firstOf, firstStage } from './first.ts'

const documents = Array.from({ length: 80 }, (_, at) => ({
  id: `d${at}`,
  title: `buffer ${at}`,
  summary: 'of text '.repeat(at % 7),
}))
const example = { embedded: true, documents, corpusSize: 100, attribution: 'ours' }

it('shows at first what a search for the first sample finds', () => {
  const queries = [
    { id: 'q', text: 'buffer of text', grades: {} },
    { id: 'r', text: 'other', grades: {} },
  ]
  const first = firstOf({ ...example, queries })
  expect(first).toMatchObject({ carried: 80, corpusSize: 100, queries, attribution: 'ours' })
  expect(first.found).toHaveLength(DEPTH)
  expect(first.found).toEqual(firstStage(documents)('buffer of text'))
  expect(JSON.parse(JSON.stringify(first)).found).toEqual(first.found)
})

it('is empty without samples', () => {
  expect(firstOf({ ...example, queries: [] }).found).toEqual([])
})
