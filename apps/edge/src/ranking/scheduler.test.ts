import { describe, expect, it } from 'vitest'
import type { ApiError } from '../api-error.ts'
import { createScheduler, type Scheduler, type Ticket } from './scheduler.ts'

const never = new AbortController().signal
const always = Number.POSITIVE_INFINITY

/** Computes batches of ten tokens as a request does, and writes down when. */
async function compute(scheduler: Scheduler, name: string, tokens: number, order: string[], signal = never) {
  const ticket = scheduler.join(tokens, signal, always)
  try {
    for (let left = tokens; left > 0; left -= 10) {
      await ticket.turn(10)
      order.push(name)
    }
  } finally {
    ticket.leave()
  }
}
const settle = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))

describe('scheduler', () => {
  it('go to who is much smaller, every eighth to the eldest', async () => {
    const scheduler = createScheduler(1000)
    const order: string[] = []
    await Promise.all([
      compute(scheduler, 'many', 200, order),
      compute(scheduler, 'few', 40, order),
      compute(scheduler, 'some', 60, order),
    ])
    // the large one began before the others came
    expect(order[0]).toBe('many')
    expect(order.lastIndexOf('few')).toBeLessThan(7)
    expect(order.lastIndexOf('some')).toBeLessThan(16)
    expect(order.slice(0, 15).filter((name) => name === 'many').length).toBeGreaterThanOrEqual(2)
    expect(order).toHaveLength(30)
    expect(scheduler.tokens).toBe(0)
  })

  it('go to a small one next to a large one that is nearly done, until that has less left', async () => {
    const order: string[] = []
    for (const left of [150, 90]) {
      const scheduler = createScheduler(10_000)
      const large = scheduler.join(1_000, never, always)
      await large.turn(1_000 - left)
      const small = scheduler.join(100, never, always)
      const done = (name: string, ticket: Ticket) => ticket.turn(left).then(() => order.push(name))
      await Promise.all([done('large', large).then(large.leave), done('small', small).then(small.leave)])
    }
    expect(order).toEqual(['small', 'large', 'large', 'small'])
  })

  it('go by arrival where the work is about the same', async () => {
    const scheduler = createScheduler(1000)
    const order: string[] = []
    await Promise.all([
      compute(scheduler, 'first', 60, order),
      compute(scheduler, 'second', 50, order),
      compute(scheduler, 'third', 40, order),
    ])
    const last = ['first', 'second', 'third'].map((name) => order.lastIndexOf(name))
    expect(last).toEqual(last.toSorted((a, b) => a - b))
  })

  it('are refused when too much is ahead, of a small request by what is small, of a large one by twice itself', () => {
    let time = 0
    const scheduler = createScheduler(120, () => time)
    scheduler.join(1000, never, always)
    for (const tokens of [50, 50, 50]) scheduler.join(tokens, never, always)
    const refused = (tokens: number) => {
      try {
        scheduler.refuseWhenFull(tokens)
        return undefined
      } catch (error) {
        return error as ApiError
      }
    }
    expect(refused(50)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(refused(50)?.message).toMatch(/158 tokens are ahead/)
    expect(refused(10)).toBeUndefined()
    time = 1_000
    expect(refused(1000)).toBeUndefined()
    scheduler.join(1000, never, always)
    expect(refused(1000)).toMatchObject({ status: 503 })
  })

  it('are fewer for a second after a refusal, so that who is let in is not late', () => {
    let time = 0
    const scheduler = createScheduler(200, () => time)
    const tickets = [50, 50, 50, 50, 50].map((tokens) => scheduler.join(tokens, never, always))
    expect(() => scheduler.refuseWhenFull(50)).toThrow(/the limit is 200/)
    for (const ticket of tickets.slice(0, 3)) ticket.leave()
    // a hundred are ahead: there was room for two hundred
    expect(() => scheduler.refuseWhenFull(50)).toThrow(/100 tokens are ahead, the limit is 25/)
    tickets[3]!.leave()
    // half of a request like this one may be ahead of it
    tickets[4]!.expect(26)
    expect(() => scheduler.refuseWhenFull(50)).toThrow(/26 tokens are ahead/)
    tickets[4]!.expect(25)
    expect(() => scheduler.refuseWhenFull(50)).not.toThrow()
    time = 1_000
    scheduler.join(50, never, always)
    scheduler.join(50, never, always)
    expect(() => scheduler.refuseWhenFull(50)).not.toThrow()
  })

  it('go on when the one whose turn it was has gone without a word', async () => {
    const scheduler = createScheduler(1000)
    const order: string[] = []
    const lost = scheduler.join(10, never, always)
    await lost.turn(5)
    // its timers and promises are dropped with its request: it waits, is called, and never comes
    const dropped: Ticket = scheduler.join(5, never, always)
    void dropped.turn(5).catch(() => {})
    await compute(scheduler, 'next', 30, order)
    expect(order).toHaveLength(3)
  })

  it('forget who was not seen for long', () => {
    let time = 0
    const scheduler = createScheduler(100, () => time)
    for (const tokens of [90, 90]) scheduler.join(tokens, never, always)
    expect(() => scheduler.refuseWhenFull(90)).not.toThrow()
    scheduler.join(90, never, always)
    expect(() => scheduler.refuseWhenFull(90)).toThrow(/busy/)
    time = 6_000
    scheduler.refuseWhenFull(90)
    expect(scheduler.tokens).toBe(0)
  })

  it('end with the client, at once', async () => {
    const scheduler = createScheduler(1000)
    const order: string[] = []
    const running = compute(scheduler, 'running', 500, order)
    const going = new AbortController()
    const gone = compute(scheduler, 'gone', 900, order, going.signal)
    await settle(1)
    going.abort()
    await expect(gone).rejects.toMatchObject({ status: 499 })
    await running
    expect(scheduler.tokens).toBe(0)
  })

  it('end with the time of the request', async () => {
    const scheduler = createScheduler(1000)
    const running = compute(scheduler, 'running', 100, [])
    const ticket = scheduler.join(200, never, Date.now() - 1)
    await expect(ticket.turn(10)).rejects.toMatchObject({ status: 504 })
    ticket.leave()
    await running
  })
})
