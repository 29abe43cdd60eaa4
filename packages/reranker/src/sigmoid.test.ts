import { describe, expect, it } from 'vitest'
import { sigmoid } from './sigmoid.ts'

describe('sigmoid', () => {
  it('is 1 / (1 + e^-x), symmetric, and stays in [0, 1] far out', () => {
    expect(sigmoid(0)).toBe(0.5)
    expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 12)
    expect(sigmoid(-Math.log(3))).toBeCloseTo(0.25, 12)
    expect([sigmoid(1e4), sigmoid(-1e4)]).toEqual([1, 0])
  })
})
