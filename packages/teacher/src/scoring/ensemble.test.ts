import type { Run } from '@disranker/dataset'
import { expect, it } from 'vitest'
import { createEnsemble, type Judged, type Part } from './ensemble.ts'

type Table = Record<string, Record<string, number>>
const runOf = (table: Table): Run =>
  new Map(
    Object.entries(table).map(([query, scores]) => [
      query,
      Object.entries(scores).map(([document, score]) => ({ document, score })),
    ]),
  )
const part = (name: string, weight: number | 'auto', train: Table, validation: Table): Part => ({
  name,
  weight,
  scores: { train: runOf(train), weak: runOf({}), validation: runOf(validation), test: runOf({}) },
})
/** validation query v1 alone */
const one: Judged = {
  judgements: new Map([['v1', new Map([['a', 3]])]]),
  queries: new Map([['v1', { text: 'one' }]]),
  candidates: () => runOf({ v1: { a: 0, b: 0 } }),
}
/** forty queries like v1, where a is right, and forty like v2, where b is; each has documents of its own */
const names = ['v1', 'v2'].flatMap((kind) => Array.from({ length: 40 }, (_, at) => `${kind}-${at}`))
const forty = (table: Table): Table =>
  Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        Object.entries(table[name.slice(0, 2)]!).map(([document, score]) => [`${document} ${name}`, score]),
      ),
    ]),
  )
const rightOf = (name: string) => `${name.startsWith('v1') ? 'a' : 'b'} ${name}`
const many: Judged = {
  judgements: new Map(names.map((name) => [name, new Map([[rightOf(name), 3]])])),
  queries: new Map(names.map((name) => [name, { text: name }])),
  candidates: () => runOf(forty({ v1: { a: 0, b: 0 }, v2: { a: 0, b: 0 } })),
}

// train scores 2 and 4: mean 3, deviation 1; 20 and 60: mean 40, deviation 20
const train = { t: { a: 2, b: 4 } }
const wide = { t: { a: 20, b: 60 } }

it('adds standardised scores by their weights', () => {
  const ensemble = createEnsemble(
    [part('one', 1, train, { v1: { a: 3, b: 5, extra: 9 } }), part('two', 3, wide, { v1: { a: 80, b: 20 } })],
    one,
  )
  // a: (1 * 0 + 3 * 2) / 4, b: (1 * 2 - 3 * 1) / 4
  expect([...ensemble.run('validation')]).toEqual([
    [
      'v1',
      [
        { document: 'a', score: 1.5 },
        { document: 'b', score: -0.25 },
      ],
    ],
  ])
  expect(ensemble.standards).toEqual([
    { mean: 3, deviation: 1 },
    { mean: 40, deviation: 20 },
  ])
  expect(ensemble.choice).toBeUndefined()
})

it('does not depend on the scale of a teacher', () => {
  const times = (table: Table, k: number): Table =>
    Object.fromEntries(
      Object.entries(table).map(([query, scores]) => [
        query,
        Object.fromEntries(Object.entries(scores).map(([document, score]) => [document, k * score + 7])),
      ]),
    )
  const validation = { v1: { a: 3, b: 5 } }
  const [plain, scaled] = [1, 1000].map((k) => [
    ...createEnsemble(
      [part('one', 1, train, validation), part('two', 1, times(wide, k), times(validation, k))],
      one,
    ).run('validation'),
  ])
  for (const [i, { document, score }] of plain![0]![1].entries()) {
    expect(scaled![0]![1][i]!.document).toBe(document)
    expect(scaled![0]![1][i]!.score).toBeCloseTo(score, 9)
  }
})

it('chooses the weight that validation asks for, and says what each teacher adds', () => {
  // the first is right about v1 by 1, the second about v2 by 1 and wrong about v1 by 0.5: between 1 and 2 both are right
  const first = part('first', 1, { t: { a: -1, b: 1 } }, forty({ v1: { a: 1, b: 0 }, v2: { a: 1, b: 0 } }))
  const validation = forty({ v1: { a: 0, b: 0.5 }, v2: { a: 0, b: 1 } })
  const second = part('second', 'auto', { t: { a: -1, b: 1 } }, validation)
  const { weights, run, alone, choice } = createEnsemble([first, second], many)
  expect(weights[0]).toBe(1)
  expect(weights[1]).toBeGreaterThan(1)
  expect(weights[1]).toBeLessThan(2)
  for (const [id, rows] of run('validation')) expect(rows[0]!.document).toBe(rightOf(id))
  expect(alone().map(({ mrr10 }) => mrr10)).toEqual([0.75, 0.75])
  expect(choice).toMatchObject({ queries: 80, crossValidated: { mrr10: 1 } })
  for (const { adds } of choice!.parts) expect(adds!.low).toBeGreaterThan(0)
})

it('leaves a teacher out that only harms', () => {
  const first = part('first', 1, train, forty({ v1: { a: 5, b: 1 }, v2: { a: 1, b: 5 } }))
  const second = part('second', 'auto', train, forty({ v1: { a: 1, b: 5 }, v2: { a: 5, b: 1 } }))
  expect(createEnsemble([first, second], many).weights).toEqual([1, 0])
})

it('gives the largest 1 where all are open, and each an equal say where nothing is judged', () => {
  const parts = ['one', 'two'].map((name, at) =>
    part(name, 'auto', at === 0 ? train : wide, { v1: at === 0 ? { a: 3, b: 5 } : { a: 60, b: 20 } }),
  )
  expect(Math.max(...createEnsemble(parts, one).weights)).toBe(1)
  // both spread by 1 of their standards
  const blind = createEnsemble(parts, { ...one, judgements: new Map() })
  expect(blind.weights).toEqual([1, 1])
  expect(blind.choice!.queries).toBe(0)
})
