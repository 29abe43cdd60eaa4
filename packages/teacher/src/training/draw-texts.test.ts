import type { Pairs } from '@disranker/dataset'
import { seededBy } from '@disranker/engine'
import { expect, it } from 'vitest'
import { drawTexts } from './draw-texts.ts'

const texts = (ids: readonly string[]) => {
  const rows = ids.map((id) => ({
    ...{ id, text: id, title: id, summary: '' },
    split: id.startsWith('w') ? 'weak' : 'train',
  }))
  return {
    [Symbol.iterator]: () => rows[Symbol.iterator](),
    numberOf: (id: string) => ids.indexOf(id),
    at: (number: number) => rows[number],
  }
}
const judged = { w0: ['a', 0], w1: ['b', 2] } as const
const pairs = {
  queries: texts(['q', 'w0', 'w1']),
  documents: texts(['a', 'b', 'c']),
  clicks: [{ query: 'q', document: 'c', weight: 1 }],
  judgements: new Map(Object.entries(judged).map(([id, row]) => [id, new Map([row])])),
} as unknown as Pairs

it('draws clicks and weak queries, and no document that was found irrelevant', () => {
  const draw = drawTexts(pairs, 0.5)
  const random = seededBy(1, 'draw')
  const drawn = Array.from({ length: 200 }, () => draw(random))
  const seen = new Set(drawn.map(({ query, document }) => `${query} ${document.title}`))
  expect([...seen].sort()).toEqual(['q c', 'w1 b'])
})
