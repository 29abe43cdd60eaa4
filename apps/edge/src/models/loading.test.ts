import { describe, expect, it } from 'vitest'
import { createLoading } from './loading.ts'

const ranker = { name: 'what was loaded' }
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('createLoading', () => {
  it('loads once for all who come while it loads', async () => {
    let loads = 0
    const model = createLoading(async () => {
      loads++
      await pause(30)
      return ranker
    })
    expect(model.state).toBe('not loaded')
    const all = Promise.all([model.get(), model.get(), model.get()])
    expect(model.state).toBe('loading')
    expect(await all).toEqual([ranker, ranker, ranker])
    await model.get()
    expect([loads, model.state]).toEqual([1, 'ready'])
  })

  it('says 503 to all who waited for a failed load, and tries again with the next request', async () => {
    let loads = 0
    const model = createLoading(async () => {
      if (++loads === 1) throw new Error('no')
      return ranker
    })
    const first = [model.get(), model.get()]
    for (const one of await Promise.allSettled(first))
      expect(one).toMatchObject({
        reason: { status: 503, message: expect.stringContaining('Rebuild it') },
      })
    expect(model.state).toBe('failed')
    expect(await model.get()).toBe(ranker)
    expect(loads).toBe(2)
  })

  it('is not waited for without end', async () => {
    const model = createLoading(() => new Promise(() => {}), undefined, { patience: 50 })
    await expect(model.get()).rejects.toMatchObject({ status: 503 })
  })

  it('that shows no sign of life is done again; what came twice is freed', async () => {
    let loads = 0
    const freed: object[] = []
    let late = (_: object) => {}
    const model = createLoading(
      // the platform drops the timers of a request with it; here the first load is taken for lost at once
      () => (++loads === 1 ? new Promise<object>((resolve) => (late = resolve)) : Promise.resolve(ranker)),
      (twice) => freed.push(twice),
      { lost: -1 },
    )
    void model.get()
    expect(await model.get()).toBe(ranker)
    const second = { name: 'after all' }
    late(second)
    await pause(1)
    expect([await model.get(), freed]).toEqual([ranker, [second]])
  })
})
