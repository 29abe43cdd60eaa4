import { expect, it } from 'vitest'
import { nameOf, plain, plainP, side, signed } from './figures.ts'
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
  expect(side({ value: 1, low: 0.5, high: 2 })).toBe('above')
})
