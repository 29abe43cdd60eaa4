import { describe, expect, it } from 'vitest'
import type { ApiError } from '../api-error.ts'
import { createQueue } from './queue.ts'

const never = new AbortController().signal

/** A piece of work that ends when told. */
function task() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let began = false
  return {
    work: () => {
      began = true
      return ended
    },
    end: () => end(),
    get began() {
      return began
    },
  }
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('the queue', () => {
  it('runs one at a time, in the order of arrival', async () => {
    const queue = createQueue(1000)
    const tasks = [task(), task(), task()]
    const runs = tasks.map(({ work }) => queue.run(10, never, work))
    for (const [at, { end }] of tasks.entries()) {
      await settle()
      expect(tasks.map(({ began }) => began)).toEqual(tasks.map((_, other) => other <= at))
      expect(queue.tokens).toBe(10 * (tasks.length - at))
      end()
    }
    await Promise.all(runs)
    expect(queue.tokens).toBe(0)
  })

  it('lets one wait behind any, and refuses more at once when too many tokens are ahead', async () => {
    const queue = createQueue(100)
    const [first, second] = [task(), task()]
    const runs = [queue.run(90, never, first.work), queue.run(90, never, second.work)]
    await settle()
    const refused = (await queue.run(1, never, async () => {}).catch((error) => error)) as ApiError
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1'])
    expect(() => queue.refuseWhenFull()).toThrow(/180 tokens are ahead/)
    first.end()
    await runs[0]
    await settle()
    queue.refuseWhenFull()
    second.end()
    await runs[1]
  })

  it('goes on after work that failed', async () => {
    const queue = createQueue(100)
    const failed = queue.run(1, never, () => Promise.reject(new Error('no')))
    const next = queue.run(1, never, async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })

  it('forgets a client that goes while it waits, and keeps the order of the others', async () => {
    const queue = createQueue(100)
    const [running, last] = [task(), task()]
    const run = queue.run(1, never, running.work)
    const going = new AbortController()
    const gone = queue.run(50, going.signal, async () => 'computed for nobody')
    const end = queue.run(1, never, last.work)
    going.abort()
    await expect(gone).rejects.toMatchObject({ status: 499 })
    await settle()
    expect([queue.tokens, last.began]).toEqual([2, false])
    running.end()
    last.end()
    await Promise.all([run, end])
  })

  it('does not wait for ever', async () => {
    const queue = createQueue(100, 20)
    const lost = task()
    void queue.run(1, never, lost.work)
    await expect(queue.run(1, never, async () => {})).rejects.toMatchObject({ status: 503 })
    lost.end()
  })
})
