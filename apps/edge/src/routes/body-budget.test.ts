import { describe, expect, it } from 'vitest'
import { BLOCK } from './body-blocks.ts'
import { createBodyBudget } from './body-budget.ts'

const MOST = 16 * BLOCK

function budgetAt() {
  const clock = { now: 1_000_000 }
  const budget = createBodyBudget(MOST, () => clock.now)
  const open = () => budget.open(clock.now + 20_000)
  return { clock, budget, open }
}

describe('bodies together', () => {
  it('are counted until their requests are answered', () => {
    const { budget, open } = budgetAt()
    const [one, two] = [open(), open()]
    one.grow(100)
    one.add('a')
    one.add('b')
    two.grow(50)
    expect(one.take()).toBe('ab')
    expect(budget.bytes).toBe(150)
    one.close()
    one.close()
    expect(budget.bytes).toBe(50)
  })

  it('have a bound: the one that wants more is refused while all of them move, a quarter is left for small ones', () => {
    const { budget, open } = budgetAt()
    for (let at = 0; at < 6; at++) open().grow(2 * BLOCK)
    expect(() => open().grow(2 * BLOCK)).toThrow('MAX_BODIES_BYTES')
    for (let at = 0; at < 4; at++) open().grow(BLOCK)
    expect(() => open().grow(1)).toThrow('The server is busy')
    expect(budget.bytes).toBe(MOST)
  })

  it('make room: what has not moved for longest is refused first, and no more than is needed', () => {
    const { clock, budget, open } = budgetAt()
    const bodies = [0, 1, 2].map(() => {
      const body = open()
      body.grow(4 * BLOCK)
      clock.now += 600
      return body
    })
    // the first moves again
    bodies[0]!.grow(0)
    clock.now += 1_100
    bodies[2]!.grow(0)
    const late = open()
    late.grow(3 * BLOCK)
    expect(() => bodies[1]!.look()).toThrow('did not move')
    expect(() => bodies[0]!.look()).not.toThrow()
    expect(budget.bytes).toBe(11 * BLOCK)
  })

  it('that have arrived are never refused to make room', () => {
    const { clock, open } = budgetAt()
    const arrived = open()
    arrived.grow(12 * BLOCK)
    arrived.add('text')
    expect(arrived.take()).toBe('text')
    clock.now += 4_000
    expect(() => open().grow(2 * BLOCK)).toThrow('The server is busy')
  })

  it('are forgotten when their requests have ended without a word', () => {
    const { clock, budget, open } = budgetAt()
    const [arriving, arrived] = [open(), open()]
    arriving.grow(6 * BLOCK)
    arrived.grow(6 * BLOCK)
    arrived.take()
    clock.now += 5_001
    open().grow(2 * BLOCK)
    expect(budget.bytes).toBe(8 * BLOCK)
    clock.now += 20_000
    open().grow(11 * BLOCK)
    expect(budget.bytes).toBe(11 * BLOCK)
  })
})

it('a body has the time of its request', () => {
  const { clock, open } = budgetAt()
  const body = open()
  clock.now += 20_000
  body.look()
  clock.now += 1
  for (const act of [() => body.look(), () => body.grow(1)])
    expect(act).toThrow('did not arrive in the time of a request')
})
