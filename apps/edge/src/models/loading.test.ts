import { describe, expect, it } from 'vitest'
import { createLoading } from './loading.ts'

const ranker = { name: 'what was loaded' }

describe('createLoading', () => {
  it('loads once for all who come while it loads', async () => {
    let loads = 0
    const model = createLoading(async () => {
      loads++
      return ranker
    })
    expect(model.state).toBe('not loaded')
    const all = Promise.all([model.get(), model.get(), model.get()])
    expect(model.state).toBe('loading')
    expect(await all).toEqual([ranker, ranker, ranker])
    await model.get()
    expect([loads, model.state]).toEqual([1, 'ready'])
  })

  it('says 503 after a failed load, and tries again with the next request', async () => {
    let loads = 0
    const model = createLoading(async () => {
      if (++loads === 1) throw new Error('no')
      return ranker
    })
    await expect(model.get()).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('Rebuild it'),
    })
    expect(model.state).toBe('failed')
    expect(await model.get()).toBe(ranker)
    expect(loads).toBe(2)
  })

  it('gives up on a load that never ends, and the next request starts another', async () => {
    let loads = 0
    const model = createLoading(() => (++loads === 1 ? new Promise(() => {}) : Promise.resolve(ranker)), 20)
    await expect(model.get()).rejects.toMatchObject({ status: 503 })
    expect(await model.get()).toBe(ranker)
  })
})
