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

it('waits for nothing where no ranking is at work, and seldom checks when thousands wait', async () => {
  const looks = vi.fn()
  let tokens = 0
  const begin = behindRankings({
    get tokens() {
      looks()
      return tokens
    },
  })
  const passed = vi.fn()
  await begin().wait()
  tokens = 500
  for (let at = 0; at < 2_000; at++) void begin().wait().then(passed)
  looks.mockClear()
  await vi.advanceTimersByTimeAsync(500)
  expect(looks.mock.calls.length).toBeLessThan(10_000)
  await vi.advanceTimersByTimeAsync(600)
  expect(passed).toHaveBeenCalledTimes(2_000)
})
