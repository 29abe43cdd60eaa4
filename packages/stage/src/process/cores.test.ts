import { expect, test } from 'vitest'
import { coreShare } from './cores.ts'

test('cores are shared by the stages that work, looked at now and then', () => {
  let [stages, time] = [3, 0]
  const share = coreShare(
    8,
    () => stages,
    () => time,
  )
  expect(share()).toBe(2)
  stages = 1
  time = 499
  expect(share()).toBe(2)
  time = 500
  expect(share()).toBe(8)
  stages = 20
  time = 1000
  expect(share()).toBe(1)
  // one that nobody counts, such as a script
  stages = 0
  time = 1500
  expect(share()).toBe(8)
})
