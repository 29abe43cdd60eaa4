import { expect, it } from 'vitest'
import { createStages, serverTiming } from './stages.ts'

it('sums the turns of each stage, of work that is done at once and work that is waited for', async () => {
  let clock = 100
  const stages = createStages(() => clock)
  const waited = stages.time('queue', async () => void (await Promise.resolve()))
  clock = 110
  await waited
  expect(stages.time('tokenise', () => (clock = 115))).toBe(115)
  stages.time('compute', () => (clock = 140))
  clock = 200
  stages.time('compute', () => (clock = 205))
  expect(stages.all).toEqual([
    { name: 'queue', began: 100, ended: 110, milliseconds: 10 },
    { name: 'tokenise', began: 110, ended: 115, milliseconds: 5 },
    { name: 'compute', began: 115, ended: 205, milliseconds: 30 },
  ])
  expect(serverTiming(stages, 105.26)).toBe('queue;dur=10, tokenise;dur=5, compute;dur=30, total;dur=105.3')
})

it('counts a turn that fails', async () => {
  let clock = 0
  const stages = createStages(() => clock++)
  expect(() =>
    stages.time('tokenise', () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  await expect(stages.time('compute', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(stages.all.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
    ['tokenise', 1],
    ['compute', 1],
  ])
})
