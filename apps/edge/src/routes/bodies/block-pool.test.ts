import { expect, it } from 'vitest'
import { BLOCK, createBlockPool } from './block-pool.ts'

it('gives a buffer again until it has rested, and joins blocks in memory that it keeps', () => {
  const clock = { now: 0 }
  const pool = createBlockPool(2, () => clock.now)
  const first = pool.take()
  pool.give(first)
  expect(pool.take()).toBe(first)
  pool.give(first)
  const parts = [1, 2, 3].map((value) => new Uint8Array(BLOCK).fill(value))
  const joined = pool.joined(parts)
  expect([joined.byteLength, joined[0], joined[BLOCK], joined[3 * BLOCK - 1]]).toEqual([3 * BLOCK, 1, 2, 3])
  expect(pool.joined(parts.slice(1)).buffer).toBe(joined.buffer)
  clock.now = 9_999
  expect(pool.rest()).toBe(false)
  expect(pool.joined(parts).buffer).toBe(joined.buffer)
  clock.now = 10_000
  expect(pool.rest()).toBe(true)
  expect(pool.joined(parts).buffer).not.toBe(joined.buffer)
  expect(pool.take()).not.toBe(first)
})
