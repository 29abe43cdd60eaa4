import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pairs, readRun } from '@disranker/dataset'
import { afterAll, expect, it } from 'vitest'
import { rankScored } from './rank-splits.ts'
import { NETWORK_ONLY } from './ranked.ts'

const home = mkdtempSync(join(tmpdir(), 'splits-'))
afterAll(() => rmSync(home, { recursive: true }))

/** enough of them that the data count more than the wish for equal weights */
const ids = Array.from({ length: 60 }, (_, at) => `q${at}`)
const documents = ['a', 'b', 'c'].map((id) => ({ id, title: id, summary: '' }))
const pairs = {
  queries: new Map(ids.map((id) => [id, { id, text: id, split: 'validation' }])),
  documents: new Map(documents.map((document) => [document.id, document])),
  judgements: new Map(ids.map((id) => [id, new Map([['c', 1]])])),
} as unknown as Pairs
const run = new Map(
  ids.map((id) => [
    id,
    [
      { document: 'a', score: 2 },
      { document: 'b', score: 1 },
      { document: 'c', score: 0 },
    ],
  ]),
)
/** what a term gives each document */
const term = (values: Readonly<Record<string, number>>) => (items: readonly { document: { id: string } }[]) =>
  items.map(({ document }) => values[document.id]!)
type Values = Readonly<Record<string, number>>
const terms = (overlap: Values, added?: Values) => (items: readonly { document: { id: string } }[]) => ({
  overlap: term(overlap)(items),
  ...(added && { staticScore: term(added)(items) }),
})
const ranked = (folder: string, options: Partial<Parameters<typeof rankScored>[0]>) =>
  rankScored({
    name: 'test',
    pairs,
    lexicalWeight: 0,
    folder: join(home, folder),
    logits: { validation: run, test: run },
    terms: terms({ a: 0, b: 0, c: 0 }),
    ...options,
  })
const order = (folder: string) =>
  readRun(join(home, folder, 'test.run'))
    .get('q7')!
    .map(({ document }) => document)

it('adds a static bi-encoder as far as it helps, and leaves the network alone next to it', () => {
  const found = ranked('staticTerm', {
    staticWeight: 'search',
    terms: terms({ a: 0, b: 0, c: 0 }, { a: 0, b: 0, c: 1 }),
  })
  expect(found.staticWeight).toBeGreaterThan(2)
  expect(found.lexicalWeight).toBe(0)
  expect(found.validation.mrr10).toBe(1)
  expect(found.networkOnly.mrr10).toBeCloseTo(1 / 3)
  expect(order('staticTerm')).toEqual(['c', 'a', 'b'])
  expect(order(join('staticTerm', NETWORK_ONLY))).toEqual(['a', 'b', 'c'])
})

it('shares a weight between terms that say the same, and gives none to one that says nothing', () => {
  const both = {
    lexicalWeight: 'search',
    staticWeight: 'search',
    terms: terms({ a: 0, b: 0, c: 1 }, { a: 0, b: 0, c: 1 }),
  } as const
  const equal = ranked('both', both)
  expect(equal.lexicalWeight).toBeCloseTo(equal.staticWeight, 1)
  expect(equal.lexicalWeight + equal.staticWeight).toBeGreaterThan(2)
  const other = ranked('other', { ...both, terms: terms({ a: 0, b: 0, c: 1 }, { a: 0, b: 0, c: 0 }) })
  expect(other.staticWeight).toBe(0)
  expect(other.lexicalWeight).toBeGreaterThan(2)
})

it('takes numbers as they are', () => {
  const found = ranked('given', {
    lexicalWeight: 0.5,
    staticWeight: 1,
    terms: terms({ a: 0, b: 0, c: 1 }, { a: 0, b: 2, c: 0 }),
  })
  expect(found).toMatchObject({ lexicalWeight: 0.5, staticWeight: 1 })
  expect(found.choice).toBeUndefined()
  expect(order('given')).toEqual(['b', 'a', 'c'])
})

it('chooses one weight next to another that is given', () => {
  const found = ranked('given', {
    lexicalWeight: 'search',
    staticWeight: 1,
    terms: terms({ a: 0, b: 0, c: 1 }, { a: 0, b: 4, c: 0 }),
  })
  expect(found.staticWeight).toBe(1)
  // b has 1 + 4: the overlap must win against the network and what is given
  expect(found.lexicalWeight).toBeGreaterThan(5)
  expect(found.choice!.parts.map(({ name }) => name)).toEqual(['network', 'lexical'])
  expect(found.choice!.parts[1]!.adds!.p).toBeLessThan(0.01)
})

it('chooses on judged train queries, too, where the model has learned from none', () => {
  const few = new Map([...run].slice(0, 1))
  const options = { lexicalWeight: 'search', terms: terms({ a: 0, b: 0, c: 1 }) } as const
  const alone = ranked('few', { ...options, logits: { validation: few, test: run } })
  expect(alone.choice!.queries).toBe(1)
  const fresh = ranked('fresh', { ...options, logits: { validation: few, test: run }, fresh: run })
  expect(fresh.choice!.queries).toBe(60)
  expect(fresh.lexicalWeight).toBeGreaterThan(alone.lexicalWeight)
  // what is said of validation is of validation alone
  expect(fresh.validation.mrr10).toBe(1)
})
