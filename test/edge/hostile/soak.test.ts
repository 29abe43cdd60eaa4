import { expect, it } from 'vitest'
import { serveExample } from '../served/served-example.ts'
import { type SoakState, soak } from './soak.ts'

it('answers 300 requests of random sizes, and its memory stays as it is after the first 200', async () => {
  const server = await serveExample({ variables: { SCORE_CACHE_BYTES: '20000' } })
  try {
    const states: SoakState[] = []
    for await (const state of soak((path, request) => fetch(`${server.url}${path}`, request), 300, 100, 1))
      states.push(state)
    expect(states.map(({ errors }) => errors)).toEqual([0, 0, 0])
    expect(states[2]!.heap).toBe(states[1]!.heap)
    expect(states[2]!.scoreCache).toBeGreaterThan(0)
    expect(states[2]!.scoreCache).toBeLessThanOrEqual(20_000)
  } finally {
    await server.close()
  }
})
