import { expect, it } from 'vitest'
import { cutQueries, type PseudoQueriesRecipe } from './pseudo-queries.ts'
import type { Pairs } from './records/read-pairs.ts'

const recipe: PseudoQueriesRecipe = {
  seed: 1,
  perDocument: 20,
  words: { least: 3, most: 5 },
  titles: true,
  most: 1000,
  nearDuplicate: 0.75,
}
const documents = [
  { id: 'a', title: 'Rain coats', summary: 'Coats for rain, hail and snow; light\nand warm in any weather.' },
  { id: 'b', title: '', summary: 'ฉันชอบเสื้อกันฝนสีแดงตัวนี้มาก' },
  { id: 'c', title: 'Word', summary: '' },
]
const judged = (text: string, split = 'test') =>
  ({
    documents,
    queries: [{ id: 'q', text, split }],
    judgements: new Map([['q', new Map([['a', 1]])]]),
  }) as unknown as Pairs

it('cuts spans of whole words, and titles, from each document', () => {
  const { queries } = cutQueries(judged('other'), recipe)
  const of = (id: string) => queries.filter(({ document }) => document === id).map(({ text }) => text)
  expect(of('a')[0]).toBe('Rain coats')
  for (const text of of('a').slice(1)) {
    expect(text).not.toMatch(/\n|^\W|\W$/)
    expect(documents[0]!.summary.replace('\n', ' ')).toContain(text)
    expect(text.split(' ').length).toBeGreaterThanOrEqual(3)
    expect(text.split(' ').length).toBeLessThanOrEqual(5)
  }
  // words that no space parts
  expect(of('b').length).toBeGreaterThan(3)
  for (const text of of('b')) expect(text.length).toBeLessThan(documents[1]!.summary.length)
  expect(of('c')).toEqual(['Word'])
  expect(new Set(queries.map(({ text }) => text)).size).toBe(queries.length)
  expect(cutQueries(judged('other'), recipe)).toEqual(cutQueries(judged('other'), recipe))
})

it('leaves out what is nearly a judged query, by its stems', () => {
  const { queries, leftOut } = cutQueries(judged('the COAT of rain'), { ...recipe, nearDuplicate: 0.5 })
  expect(queries.map(({ text }) => text)).not.toContain('Rain coats')
  expect(leftOut).toBeGreaterThan(0)
  // a weak query was cut from a document itself
  expect(cutQueries(judged('rain coats', 'weak'), recipe).leftOut).toBe(0)
})

it('cuts a sample of a larger corpus', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    id: `d${at}`,
    title: `thing ${at}`,
    summary: Array.from({ length: 30 }, (_, word) => `word${at}x${word}`).join(' '),
  }))
  const { queries } = cutQueries({ ...judged('other'), documents: many } as unknown as Pairs, {
    ...recipe,
    most: 200,
  })
  expect(queries.length).toBeLessThanOrEqual(200)
  expect(queries.length).toBeGreaterThan(100)
})
