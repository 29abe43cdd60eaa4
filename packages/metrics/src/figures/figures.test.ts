import { expect, it } from 'vitest'
import { difference, nameOf, plain, plainP, side, signed } from './figures.ts'
import { MEASURE_NAMES } from './table.ts'

it('writes figures', () => {
  expect([plain(0.12345), plain(-0.5), plain(-0.0001), plain(Number.POSITIVE_INFINITY)]).toEqual([
    '0.123',
    '−0.500',
    '0.000',
    '∞',
  ])
  expect([signed(0.1), signed(-0.1), signed(0.0001), signed(Number.POSITIVE_INFINITY)]).toEqual([
    '+0.100',
    '−0.100',
    '0.000',
    '+∞',
  ])
  expect([plainP(0.0002), plainP(0.001), plainP(1)]).toEqual(['< 0.001', '0.001', '1.000'])
  expect(MEASURE_NAMES.map(nameOf)).toEqual(['MRR@10', 'nDCG@10', 'PNR', 'precision@1', 'recall@100'])
})

it('decides by p, corrected where it is one of several', () => {
  expect(side({ value: 1, p: 0.05 })).toBe('above')
  expect(side({ value: -1, p: 0.01 })).toBe('below')
  expect(side({ value: 1, p: 0.051 })).toBe('level')
  expect(side({ value: 1, p: 0.01, corrected: 0.09 })).toBe('level')
  const tested = { value: 0.005, low: 0.001, high: 0.011, p: 0.03 }
  expect(difference(tested)).toBe('+0.005 [+0.001, +0.011], p = 0.030')
  expect(difference({ ...tested, corrected: 0.24 })).toBe(
    '+0.005 [+0.001, +0.011], p = 0.030, corrected 0.240',
  )
})
