import { describe, expect, test } from 'vitest'
import { createRandom, epochs, seededBy } from './random.ts'

const draws = <T>(count: number, draw: () => T) => Array.from({ length: count }, draw)

describe('createRandom', () => {
  test('the first words of xoshiro128** from the state 1, 2, 3, 4', () => {
    // rotl(2 * 5, 7) * 9, then by hand: the state after one step is 7, 0, 1026, 12288
    const random = createRandom([1, 2, 3, 4])
    expect(random.uniform()).toBe(11520 / 2 ** 32)
    expect(random.state()).toEqual([7, 0, 1026, 12288])
    expect(random.uniform()).toBe(0)
  })

  test('resumes from a saved state with the same numbers', () => {
    const random = seededBy(1)
    draws(5, random.normal)
    const again = createRandom(random.state())
    expect(draws(5, again.normal)).toEqual(draws(5, random.normal))
  })

  test('uniform: in [0, 1), mean 1/2, every tenth equally often', () => {
    const values = draws(20_000, seededBy(2).uniform)
    const tenths = new Array<number>(10).fill(0)
    for (const value of values) tenths[Math.floor(value * 10)]!++
    // 2000 each with a deviation of 42
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200)
    expect(values.reduce((sum, x) => sum + x, 0) / values.length).toBeCloseTo(0.5, 2)
  })

  test('normal: mean 0, variance 1, 68.3 % within one deviation', () => {
    const values = draws(20_000, seededBy(3).normal)
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(variance - 1)).toBeLessThan(0.05)
    expect(values.filter((x) => Math.abs(x) < 1).length / values.length).toBeCloseTo(0.683, 1)
    expect(values.every(Number.isFinite)).toBe(true)
  })

  test('integer: each of 0 .. n - 1, none else; wants a count', () => {
    const random = seededBy(4)
    const counts = [0, 0, 0]
    for (const value of draws(3000, () => random.integer(3))) counts[value]!++
    expect(counts).toHaveLength(3)
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130)
    for (const n of [0, 1.5, 2 ** 32 + 1]) expect(() => random.integer(n)).toThrow(RangeError)
    expect(random.integer(1)).toBe(0)
  })

  test('shuffle: a new array of the same items, every order equally often', () => {
    const random = seededBy(5)
    const items = ['a', 'b', 'c']
    const orders = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(items).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(items).toEqual(['a', 'b', 'c'])
    expect([...orders.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  test('pick takes one of the items', () => {
    const random = seededBy(6)
    expect(new Set(draws(50, () => random.pick(['x', 'y'])))).toEqual(new Set(['x', 'y']))
  })
})

describe('seededBy', () => {
  test('equal seeds and labels give equal numbers, any difference gives others', () => {
    const first = (...labels: (string | number)[]) => seededBy(7, ...labels).uniform()
    expect(first('step', 12)).toBe(first('step', 12))
    const others = [
      first('step', 12),
      first('step', 13),
      first('ste', 'p12'),
      first('step12'),
      first(),
      seededBy(8).uniform(),
    ]
    expect(new Set(others).size).toBe(others.length)
  })

  test('generators of neighbouring seeds are not alike', () => {
    const values = Array.from({ length: 4000 }, (_, seed) => seededBy(seed).uniform())
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length
    expect(mean).toBeCloseTo(0.5, 1)
    let products = 0
    for (let i = 1; i < values.length; i++) products += (values[i]! - mean) * (values[i - 1]! - mean)
    // correlation of neighbours, with a deviation of 0.016
    expect(Math.abs((products / values.length) * 12)).toBeLessThan(0.06)
  })
})

describe('epochs', () => {
  test('goes through everything once an epoch, in another order each time', () => {
    const at = epochs(6, 9)
    const epoch = (number: number) => Array.from({ length: 6 }, (_, i) => at(6 * number + i))
    for (const number of [0, 1, 5]) expect(epoch(number).sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(epoch(0)).not.toEqual(epoch(1))
  })

  test('is a function of the position alone', () => {
    const [straight, jumping] = [epochs(5, 3), epochs(5, 3)]
    const wanted = Array.from({ length: 20 }, (_, position) => straight(position))
    for (const position of [19, 0, 12, 3, 11]) expect(jumping(position)).toBe(wanted[position])
  })
})
