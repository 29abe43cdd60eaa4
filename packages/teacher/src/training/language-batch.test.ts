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
  expect(batch.ids.length).toBe(8)
  // place 3 (the separator) predicts 30, place 5 predicts 40; </s>, separators and the query are not learned
  expect([...targets]).toEqual([-1, -1, -1, 30, -1, 40, -1, -1])
})

it('keeps texts apart: none predicts what the next begins with', () => {
  const { targets } = languageBatch([text([1, 20, 9, 30, 31, 2], 3), text([1, 9, 40, 2], 2)], new Set([9]))
  expect([...targets]).toEqual([-1, -1, 30, 31, -1, -1, -1, 40, -1, -1])
})
