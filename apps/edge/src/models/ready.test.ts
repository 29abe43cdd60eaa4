import { expect, it } from 'vitest'
import { ApiError } from '../api-error.ts'
import type { ModelPool } from './model-pool.ts'
import { createReady } from './ready.ts'

/** A pool of one model that scores its known pair as told. */
function poolOf(score: () => number, engine = 'fused, exact', network?: { leftOut: string }) {
  let [computed, state] = [0, 'ready' as ReturnType<ModelPool['state']>]
  const known = { query: 'a', document: { title: '', summary: 'b' }, score: 1 }
  const pool = {
    find: async () => ({ id: 'm', version: 'v' }),
    state: () => state,
    use: async (_: unknown, work: (reranker: never) => Promise<unknown>) =>
      work({
        engine,
        config: { disranker: { known, ...(network && { network }) } },
        score: async () => {
          computed++
          return [score()]
        },
      } as never),
    heapBytes: () => 0,
  } as unknown as ModelPool
  return {
    pool,
    drop: () => {
      state = 'not loaded'
    },
    computed: () => computed,
  }
}

it('computes once a minute, however often it is asked, and looks again when the model was dropped', async () => {
  let [time, score] = [0, 1]
  const { pool, drop, computed } = poolOf(() => score)
  const ready = createReady(pool, () => time)
  for (let asked = 0; asked < 10; asked++)
    expect(await ready.check()).toMatchObject({ status: 'ready', checked: true })
  expect(computed()).toBe(1)
  score = 2
  time = 61_000
  for (let asked = 0; asked < 10; asked++)
    await expect(ready.check()).rejects.toThrow(/gives its known pair 2, its bundle says 1/)
  expect(computed()).toBe(2)
  score = 1
  time = 122_000
  await ready.check()
  drop()
  await ready.check()
  expect(computed()).toBe(4)
})

it('says why a model has no network', async () => {
  const { pool } = poolOf(() => 1, 'table', { leftOut: 'it adds nothing' })
  expect(await createReady(pool).check()).toEqual({
    ...{ status: 'ready', model: 'm', version: 'v', checked: true },
    network_left_out: 'it adds nothing',
  })
})

it('does not try a model that does not load with every question', async () => {
  let [time, loads] = [0, 0]
  const { pool } = poolOf(() => 1)
  const failing = {
    ...pool,
    use: async () => {
      loads++
      throw new ApiError(503, 'a file is missing')
    },
  }
  const ready = createReady(failing, () => time)
  for (let asked = 0; asked < 10; asked++) await expect(ready.check()).rejects.toMatchObject({ status: 503 })
  expect(loads).toBe(1)
  time = 6_000
  await expect(ready.check()).rejects.toMatchObject({ status: 503 })
  expect(loads).toBe(2)
})

it('computes once for those who ask while it computes', async () => {
  let finish = (_: number) => {}
  const { pool, computed } = poolOf(() => 1)
  const slow = {
    ...pool,
    use: (async (model, work, keepAlive) => {
      await new Promise<number>((resolve) => {
        finish = resolve
      })
      return pool.use(model, work, keepAlive)
    }) as ModelPool['use'],
  }
  const ready = createReady(slow)
  const burst = Array.from({ length: 20 }, () => ready.check())
  await new Promise((resolve) => setTimeout(resolve, 50))
  finish(0)
  for (const answer of await Promise.all(burst)) expect(answer).toMatchObject({ checked: true })
  expect(computed()).toBe(1)
})

it('allows native code the rounding of its machine, and nobody more', async () => {
  const checked = async (score: number, engine: string) =>
    createReady(poolOf(() => score, engine).pool)
      .check()
      .then(
        ({ status }) => status,
        ({ status }) => status as number,
      )
  expect(await checked(1.01, 'onnxruntime, native')).toBe('ready')
  expect(await checked(1.03, 'onnxruntime, native')).toBe(503)
  expect(await checked(1.01, 'onnxruntime')).toBe(503)
})
