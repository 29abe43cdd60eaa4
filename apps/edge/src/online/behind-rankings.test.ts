import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { behindRankings } from './behind-rankings.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('waits while a ranking is at work, and a second in all', async () => {
  const scheduler = { tokens: 0 }
  const { pause } = behindRankings(scheduler)()
  const passed = vi.fn()
  void pause().then(passed)
  await vi.advanceTimersByTimeAsync(1)
  expect(passed).toHaveBeenCalledTimes(1)
  scheduler.tokens = 500
  void pause().then(passed)
  await vi.advanceTimersByTimeAsync(200)
  expect(passed).toHaveBeenCalledTimes(1)
  scheduler.tokens = 0
  await vi.advanceTimersByTimeAsync(5)
  expect(passed).toHaveBeenCalledTimes(2)
  // rankings without end
  scheduler.tokens = 500
  void pause().then(passed)
  await vi.advanceTimersByTimeAsync(900)
  expect(passed).toHaveBeenCalledTimes(3)
  void pause().then(passed)
  await vi.advanceTimersByTimeAsync(5)
  expect(passed).toHaveBeenCalledTimes(4)
})
