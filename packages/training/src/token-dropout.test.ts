import { seededBy } from '@disranker/engine'
import { expect, it } from 'vitest'
import { dropTokens } from './token-dropout.ts'

const text = { ids: Int32Array.from({ length: 4000 }, (_, i) => i % 10), typeIds: new Int32Array(4000) }
const options = { share: 0.2, hidden: 99, kept: new Set([0, 1]) }

it('hides about the share of the tokens it may hide, and no other', () => {
  const { ids, typeIds } = dropTokens(text, options, seededBy(1))
  const hidden = ids.filter((id) => id === 99).length
  expect(hidden / 3200).toBeGreaterThan(0.17)
  expect(hidden / 3200).toBeLessThan(0.23)
  expect(ids.every((id, i) => id === 99 || id === text.ids[i])).toBe(true)
  expect(ids.filter((id) => id < 2)).toHaveLength(800)
  expect(typeIds).toBe(text.typeIds)
})

it('hides the same tokens for the same random numbers, and none at 0', () => {
  expect(dropTokens(text, options, seededBy(2)).ids).toEqual(dropTokens(text, options, seededBy(2)).ids)
  expect(dropTokens(text, { ...options, share: 0 }, seededBy(2))).toBe(text)
})
