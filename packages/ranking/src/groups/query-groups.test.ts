import { expect, it } from 'vitest'
import { groupQueries } from './query-groups.ts'

const query = (id: string, text: string) => ({ id, text })

it('joins the same words in another order, and queries with the same right documents', () => {
  const queries = [
    query('1', 'red shoes'),
    query('2', 'shoes, red'),
    query('3', 'scarlet sneakers'),
    query('4', 'garden hose'),
    query('5', 'hose for gardens'),
    query('6', 'blue shoes'),
  ]
  const judgements = new Map([
    ['1', new Map(Object.entries({ a: 2, b: 2, c: 1 }))],
    ['3', new Map(Object.entries({ a: 2, b: 2 }))],
    ['4', new Map([['h', 1]])],
    ['5', new Map([['h', 3]])],
    // shares one of three
    ['6', new Map(Object.entries({ a: 2, x: 2, y: 2 }))],
  ])
  expect(groupQueries(queries, judgements)).toEqual(['1', '1', '1', '4', '4', '6'])
})

it('does not join queries that nobody judged, or that have grades of 0 alone', () => {
  const queries = [query('1', 'one'), query('2', 'two'), query('3', '...'), query('4', '!!!')]
  const judgements = new Map([
    ['1', new Map([['a', 0]])],
    ['2', new Map([['a', 0]])],
  ])
  expect(groupQueries(queries, judgements)).toEqual(['1', '2', '3', '4'])
})
