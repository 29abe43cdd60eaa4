import { expect, it } from 'vitest'
import { createRecentAnswers } from './recent-answers.ts'

const answer = (body: string) => ({
  body,
  documents: 2,
  tokens: 30,
  asked: undefined,
  model: { id: 'disranker', version: '1' },
  warnings: [],
  onError: undefined,
})

it('gives back whole answers for as long as they are good', () => {
  let now = 1_000_000
  const recent = createRecentAnswers(100_000, 60, () => now)
  expect(recent.get('a')).toBeUndefined()
  recent.set('a', answer('{"results":[]}'))
  expect(recent.get('a')).toEqual(answer('{"results":[]}'))
  expect(recent.get('b')).toBeUndefined()
  now += 59_000
  expect(recent.get('a')).toBeDefined()
  now += 2_000
  expect(recent.get('a')).toBeUndefined()
  expect(recent.bytes).toBe(0)
})

it('holds no more than its bytes: the longest unused answer goes, and one that is too large is not kept', () => {
  const recent = createRecentAnswers(11_000, 60)
  for (const key of ['a', 'b', 'c']) {
    recent.set(key, answer(key.repeat(2_000)))
    recent.get('a')
  }
  expect(['a', 'b', 'c'].map((key) => recent.get(key) !== undefined)).toEqual([true, false, true])
  recent.set('large', answer('x'.repeat(10_000)))
  expect(recent.get('large')).toBeUndefined()
  expect(recent.bytes).toBeLessThanOrEqual(11_000)
})

it('counts an answer that takes the place of another once', () => {
  const recent = createRecentAnswers(11_000, 60)
  for (let times = 0; times < 9; times++) recent.set('a', answer('x'.repeat(2_000)))
  expect(recent.bytes).toBe(1_024 + 2 * 2_001)
})

it('keeps nothing where it is off', () => {
  for (const [bytes, seconds] of [
    [0, 60],
    [11_000, 0],
  ] as const) {
    const recent = createRecentAnswers(bytes, seconds)
    expect(recent.seconds).toBe(0)
    recent.set('a', answer('{}'))
    expect(recent.get('a')).toBeUndefined()
  }
})
