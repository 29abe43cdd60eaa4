import { expect, it } from 'vitest'
import { createPassthroughCallers } from './passthrough-callers.ts'

it('knows a caller for ten minutes, and no other for it', () => {
  let now = 0
  const callers = createPassthroughCallers(() => now)
  callers.saw('key shop')
  expect([callers.expects('key shop'), callers.expects('key web')]).toEqual([true, false])
  now += 600_000
  expect(callers.expects('key shop')).toBe(false)
})

it('knows a thousand at most', () => {
  const callers = createPassthroughCallers(() => 0)
  for (let at = 0; at < 1_001; at++) callers.saw(String(at))
  expect(['0', '1', '1000'].map((caller) => callers.expects(caller))).toEqual([false, true, true])
})
