import { describe, expect, test } from 'vitest'
import type { Schedule } from '../recipe-parts.ts'
import { checkSchedule, learningRate } from './schedule.ts'

const rates = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => learningRate(schedule, step, steps))
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 9))

describe('learningRate', () => {
  test('linear: up in two of six steps, then evenly down', () => {
    expect(rates({ shape: 'linear', peak: 4, warmup: 1 / 3 }, 6)).toEqual(close([2, 4, 4, 3, 2, 1]))
  })

  test('cosine: half of it in the middle', () => {
    const falling = rates({ shape: 'cosine', peak: 2, warmup: 0 }, 4)
    expect(falling).toEqual(close([2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2]))
  })

  test('constant stays', () => {
    expect(rates({ shape: 'constant', peak: 3, warmup: 0.5 }, 4)).toEqual(close([1.5, 3, 3, 3]))
  })

  test('a floor is what is left of the peak', () => {
    expect(rates({ shape: 'linear', peak: 1, warmup: 0, floor: 0.2 }, 4)).toEqual(close([1, 0.8, 0.6, 0.4]))
    expect(learningRate({ shape: 'cosine', peak: 1, warmup: 0, floor: 0.2 }, 4, 4)).toBeCloseTo(0.2, 9)
  })

  test('all steps may be warm-up', () => {
    expect(rates({ shape: 'linear', peak: 1, warmup: 1 }, 2)).toEqual(close([0.5, 1]))
  })
})

test.each<[Partial<Record<keyof Schedule, unknown>>, RegExp]>([
  [{ shape: 'step' }, /schedule.shape is step; wanted 'linear', 'cosine' or 'constant'/],
  [{ peak: 0 }, /schedule.peak is 0/],
  [{ peak: Number.NaN }, /schedule.peak is NaN/],
  [{ warmup: 100 }, /schedule.warmup is 100; wanted a share/],
  [{ floor: -1 }, /schedule.floor is -1/],
])('%o is refused', (part, message) => {
  const schedule: Schedule = { shape: 'linear', peak: 1, warmup: 0.1 }
  expect(() => checkSchedule(schedule)).not.toThrow()
  expect(() => checkSchedule({ ...schedule, ...part } as Schedule)).toThrow(message)
})
