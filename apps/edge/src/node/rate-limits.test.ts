import { expect, it } from 'vitest'
import { minuteLimit, rateLimitsFrom } from './rate-limits.ts'

it('allows so many calls a minute to each key', async () => {
  let now = 0
  const { limit } = minuteLimit(2, () => now)
  const ask = async (key: string) => (await limit({ key })).success
  expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([true, true, false, true])
  now = 60_000
  expect(await ask('a')).toBe(true)
})

it('takes limits from variables by their names', async () => {
  const limiterOf = rateLimitsFrom({ RATE_LIMIT: '1', SHOP_RATE_LIMIT: '2', TOKEN_LIMIT: '', PATH: '/bin' })
  expect(
    ['RATE_LIMIT', 'SHOP_RATE_LIMIT', 'TOKEN_LIMIT', 'PATH'].map((name) => limiterOf(name) !== undefined),
  ).toEqual([true, true, false, false])
  expect(() => rateLimitsFrom({ RATE_LIMIT: 'many' })).toThrow('The variable RATE_LIMIT is "many"')
})
