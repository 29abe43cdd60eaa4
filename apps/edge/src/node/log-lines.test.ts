import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogLines } from './log-lines.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('writes lines together, soon, in their order', () => {
  const written: string[] = []
  const lines = createLogLines((text) => written.push(text))
  lines.write('one')
  lines.write('two')
  expect(written).toEqual([])
  vi.advanceTimersByTime(20)
  expect(written).toEqual(['one\ntwo\n'])
  lines.write('three')
  vi.advanceTimersByTime(20)
  expect(written).toEqual(['one\ntwo\n', 'three\n'])
})

it('does not wait with many, nor at the end', () => {
  const written: string[] = []
  const lines = createLogLines((text) => written.push(text))
  lines.write('x'.repeat(20_000))
  expect(written).toHaveLength(1)
  lines.write('last')
  lines.flush()
  lines.flush()
  expect(written[1]).toBe('last\n')
  vi.advanceTimersByTime(100)
  expect(written).toHaveLength(2)
})
