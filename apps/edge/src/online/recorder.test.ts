// What the recorder promises of impressions, whatever the sink does.
import { describe, expect, it, vi } from 'vitest'
import { type QueuedRows, queueSink } from './cloudflare-sinks.ts'
import { createRecorder } from './recorder.ts'
import type { Sink } from './sink.ts'

describe('impressions', () => {
  const row = (number: number) => () => ({ id: `q${number}`, value: {} })
  function collected(rows = 5_000) {
    const writes: number[] = []
    const told: string[] = []
    const sink: Sink = { name: 'a sink', write: async (_, written) => void writes.push(written.length) }
    return { recorder: createRecorder(sink, { rows, onError: (line) => told.push(line) }), writes, told }
  }

  it('are made and written after the answer, in one write, when no ranking is at work', async () => {
    const { recorder, writes } = collected()
    let ranked = () => {}
    const ranking = new Promise<void>((resolve) => {
      ranked = resolve
    })
    const made = vi.fn(row(1))
    const first = recorder.impression(made, () => ranking)
    void recorder.impression(row(2), () => ranking)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(made).not.toHaveBeenCalled()
    expect(recorder.counts.impressions).toBe(0)
    ranked()
    await first
    expect(made).toHaveBeenCalledTimes(1)
    expect(writes).toEqual([2])
    expect(recorder.counts.impressions).toBe(2)
  })

  it('do not wait for rankings when there are many, and none is written twice or lost', async () => {
    const { recorder, writes } = collected()
    const never = () => new Promise<void>(() => {})
    const all = Array.from({ length: 250 }, (_, number) => recorder.impression(row(number), never))
    await Promise.all(all)
    expect(writes).toEqual([250])
    expect(recorder.counts).toMatchObject({ impressions: 250, impressionsDropped: 0 })
  })

  it('are written by another request where the one that began to has been ended', async () => {
    vi.useFakeTimers()
    try {
      const { recorder, writes } = collected()
      void recorder.impression(row(1), () => new Promise(() => {}))
      await vi.advanceTimersByTimeAsync(150)
      void recorder.impression(row(2))
      await vi.advanceTimersByTimeAsync(1_500)
      expect(writes).toEqual([])
      await vi.advanceTimersByTimeAsync(1_500)
      expect(writes).toEqual([2])
    } finally {
      vi.useRealTimers()
    }
  })

  it('are written when the server ends, but for one that cannot be made', async () => {
    const { recorder, writes, told } = collected()
    void recorder.impression(row(1))
    void recorder.impression(() => {
      throw new Error('no row')
    })
    await recorder.close()
    expect(writes).toEqual([1])
    expect(recorder.counts).toMatchObject({ impressions: 1, impressionsDropped: 1 })
    expect(told).toEqual(['The sink a sink failed: no row'])
  })
})

describe('a sink that fails', () => {
  const broken: Sink = { name: 'broken', write: async () => Promise.reject(new Error('no room')) }

  it('loses no request: impressions are dropped and counted, events are asked for again', async () => {
    const told: string[] = []
    const recorder = createRecorder(broken, { onError: (message) => told.push(message) })
    await recorder.impression(() => ({ id: 'q', value: {} }))
    await expect(recorder.events([{ id: 'e', value: {} }])).rejects.toMatchObject({ status: 503 })
    expect(recorder.counts).toMatchObject({ impressionsDropped: 1, eventsFailed: 1, events: 0 })
    expect(told).toEqual(['The sink broken failed: no room'])
  })

  it('is given up after a while, and rows past the bound do not wait for it', async () => {
    const silent: Sink = { name: 'silent', write: () => new Promise(() => {}) }
    const recorder = createRecorder(silent, { patience: 50, rows: 2 })
    const first = recorder.impression(() => ({ id: '1', value: {} }))
    // it is being written now
    await new Promise((resolve) => setTimeout(resolve, 110))
    await expect(
      recorder.events([
        { id: 'a', value: {} },
        { id: 'b', value: {} },
      ]),
    ).rejects.toMatchObject({ status: 503 })
    await first
    expect(recorder.counts).toMatchObject({ impressionsDropped: 1, eventsFailed: 2 })
  })
})

it('drops an impression that is too long for the sink, and keeps the others of its batch', async () => {
  const kept: unknown[] = []
  const recorder = createRecorder(
    queueSink({
      sendBatch: async (batch) => void kept.push(...batch.flatMap(({ body }) => (body as QueuedRows).rows)),
    }),
  )
  const impressions = ['short', 'x'.repeat(50_000), 'short, too'].map((text, at) =>
    recorder.impression(() => ({ id: `q${at}`, value: { text } })),
  )
  await Promise.all(impressions)
  expect(kept).toEqual([{ text: 'short' }, { text: 'short, too' }])
  expect(recorder.counts).toMatchObject({ impressions: 2, impressionsDropped: 1 })
  await recorder.close()
})
