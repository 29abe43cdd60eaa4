import { expect, it } from 'vitest'
import { languageBatch } from './language-batch.ts'

// <s>=1 </s>=2, separator 9: <s> q q \n T \n S </s>
const text = (ids: number[], documentStart: number) => ({
  ids: Int32Array.from(ids),
  typeIds: new Int32Array(ids.length),
  documentStart,
  overlap: 0,
  tokens: ids.length,
})

it('asks for the tokens of title and summary and for no other', () => {
  const { batch, targets } = languageBatch([text([1, 20, 21, 9, 30, 9, 40, 2], 4)], new Set([9]))
  expect(batch.columns).toBe(8)
  // place 3 (the separator) predicts 30, place 5 predicts 40; </s>, separators and the query are not learned
  expect([...targets]).toEqual([-1, -1, -1, 30, -1, 40, -1, -1])
})

it('keeps rows apart and asks for nothing in the padding', () => {
  const { batch, targets } = languageBatch(
    [text([1, 20, 9, 30, 31, 2], 3), text([1, 9, 40, 2], 2)],
    new Set([9]),
  )
  const rows = [targets.slice(0, batch.columns), targets.slice(batch.columns)]
  expect([...rows[0]!].filter((id) => id >= 0)).toEqual([30, 31])
  expect([...rows[1]!]).toEqual([-1, 40, -1, -1, -1, -1, -1, -1])
})
