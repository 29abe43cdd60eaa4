import { describe, expect, it } from 'vitest'
import { BLOCK, createBlockPool } from './block-pool.ts'
import { createBodyBudget, DROPPED, shareOf } from './body-budget.ts'

const MOST = 16 * BLOCK

const bytes = (text: string) => new TextEncoder().encode(text)

function budgetAt() {
  const clock = { now: 1_000_000 }
  const budget = createBodyBudget(MOST, createBlockPool(4), () => clock.now)
  const open = () => budget.open(clock.now + 20_000)
  return { clock, budget, open }
}

describe('bodies together', () => {
  it('are counted until their requests are answered', () => {
    const { budget, open } = budgetAt()
    const [one, two] = [open(), open()]
    // a character of three bytes across two blocks
    one.add(bytes('ab☃').subarray(0, 3))
    one.add(bytes('ab☃').subarray(3))
    two.grow(50)
    expect(one.take()).toBe('ab☃')
    expect(budget.bytes).toBe(2 * BLOCK + 50)
    one.close()
    one.close()
    expect(budget.bytes).toBe(50)
  })

  it('have a bound: the one that wants more is refused while all of them move, a quarter is left for small ones', () => {
    const { budget, open } = budgetAt()
    for (let at = 0; at < 2; at++) open().grow(6 * BLOCK)
    expect(() => open().grow(5 * BLOCK)).toThrow('MAX_BODIES_BYTES')
    for (let at = 0; at < 2; at++) open().grow(2 * BLOCK)
    expect(() => open().grow(1)).toThrow('The server is busy')
    expect(budget.bytes).toBe(MOST)
  })

  it('leave room for small ones while many large ones begin, and while refused ones are dropped', () => {
    const { clock, budget } = budgetAt()
    const deadline = clock.now + 20_000
    for (let at = 0; at < 12; at++) budget.open(deadline, shareOf(100 * BLOCK)).grow(BLOCK)
    expect(() => budget.open(deadline, shareOf(100 * BLOCK)).grow(BLOCK)).toThrow('The server is busy')
    for (let at = 0; at < 2; at++) budget.open(deadline, DROPPED).grow(BLOCK)
    expect(() => budget.open(deadline, DROPPED).grow(BLOCK)).toThrow('The server is busy')
    for (let at = 0; at < 2; at++) budget.open(deadline, shareOf(100)).grow(BLOCK)
    expect(budget.bytes).toBe(MOST)
  })

  it('make room: what has not moved for longest is refused first, and no more than is needed', () => {
    const { clock, budget, open } = budgetAt()
    const bodies = [0, 1, 2].map(() => {
      const body = open()
      body.grow(3 * BLOCK)
      clock.now += 600
      return body
    })
    // the first moves again
    bodies[0]!.grow(0)
    clock.now += 1_100
    bodies[2]!.grow(0)
    const late = open()
    late.grow(5 * BLOCK)
    expect(() => bodies[1]!.look()).toThrow('stalled')
    expect(() => bodies[0]!.look()).not.toThrow()
    expect(budget.bytes).toBe(11 * BLOCK)
  })

  it('that have arrived are never refused to make room', () => {
    const { clock, open } = budgetAt()
    const arrived = open()
    arrived.grow(11 * BLOCK)
    arrived.add(bytes('text'))
    arrived.arrived()
    clock.now += 4_000
    expect(() => open().grow(5 * BLOCK)).toThrow('The server is busy')
    expect(arrived.take()).toBe('text')
  })

  it('leave no bytes of one in another, though their blocks are used again', () => {
    const { open } = budgetAt()
    for (const text of ['a longer text', 'short']) {
      const body = open()
      body.add(bytes(text))
      expect(body.take()).toBe(text)
      body.close()
    }
  })

  it('that are not UTF-8 are no text', () => {
    const body = budgetAt().open()
    body.add(Uint8Array.of(0xe2, 0x98))
    expect(() => body.take()).toThrow(TypeError)
  })

  it('are forgotten when their requests have ended without a word', () => {
    const { clock, budget, open } = budgetAt()
    const [arriving, arrived] = [open(), open()]
    arriving.grow(6 * BLOCK)
    arrived.grow(6 * BLOCK)
    arrived.arrived()
    clock.now += 5_001
    open().grow(5 * BLOCK)
    expect(budget.bytes).toBe(11 * BLOCK)
    expect(() => arriving.look()).toThrow('stalled')
    clock.now += 20_000
    open().grow(11 * BLOCK)
    expect(budget.bytes).toBe(11 * BLOCK)
    expect(() => arrived.take()).toThrow('stalled')
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
