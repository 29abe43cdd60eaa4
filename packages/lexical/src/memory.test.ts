import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createMemory } from './memory.ts'

it('gives back what was set last', () => {
  const memory = createMemory<number>(1000)
  memory.set('a', 1)
  memory.set('a', 2)
  expect(memory.get('a')).toBe(2)
  expect(memory.get('b')).toBeUndefined()
  expect(memory.size).toBe(9)
})

it('keeps what is asked for and forgets the rest', () => {
  const memory = createMemory<number>(200)
  memory.set('kept', 1)
  memory.set('gone', 1)
  for (let i = 0; i < 100; i++) {
    memory.set(`n${i}`, i)
    expect(memory.get('kept')).toBe(1)
  }
  expect(memory.get('gone')).toBeUndefined()
})

it('stays within its limit', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 60 }), { maxLength: 200 }), (keys) => {
      const memory = createMemory<string>(400)
      for (const key of keys) {
        memory.set(key, key)
        expect(memory.get(key)).toBe(key.length + 8 > 50 ? undefined : key)
        expect(memory.size).toBeLessThanOrEqual(400)
      }
    }),
    { seed: 1 },
  )
})

it('counts what an entry is said to cost', () => {
  const memory = createMemory<readonly number[]>(800, (_, ids) => ids.length)
  memory.set('too long', new Array(93).fill(1))
  expect(memory.get('too long')).toBeUndefined()
  for (let i = 0; i < 10; i++) memory.set(`n${i}`, new Array(92).fill(1))
  // four of 100 in each of two generations, the first four went
  expect(memory.size).toBeLessThanOrEqual(800)
  expect([0, 3, 4, 9].map((i) => memory.get(`n${i}`) !== undefined)).toEqual([false, false, true, true])
})
