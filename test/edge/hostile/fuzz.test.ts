import { expect, it } from 'vitest'
import { fuzz } from './fuzz.ts'

it('refuses 2,000 generated bad requests in the described shape, and ranks in between', async () => {
  const statuses = await fuzz(2_000, 20_261_124)
  expect([...statuses.keys()].toSorted()).toEqual([400, 413, 422])
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBe(2_000)
}, 300_000)
