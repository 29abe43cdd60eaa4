// The short form of `npm run bench -- small-sets`: the same worlds, fewer of them, from fixed seeds.
import { describe, expect, it } from 'vitest'
import { countPooled } from './small-sets/pooled-verdicts.ts'
import { meanRegrets } from './small-sets/regrets.ts'
import { countVerdicts, strengthFor } from './small-sets/verdicts.ts'

describe('the verdict on a small set', () => {
  it('calls nothing better or worse where there is no difference', { timeout: 120_000 }, () => {
    const { above, below } = countVerdicts(20, strengthFor(0, 1000), 60)
    expect(above + below).toBeLessThanOrEqual(0.05)
  })
  it('finds what is plain, and refuses to tell where queries are too few', { timeout: 120_000 }, () => {
    const strength = strengthFor(0.08, 1000)
    const few = countVerdicts(20, strength, 20)
    const many = countVerdicts(150, strength, 20)
    expect(many.above).toBeGreaterThan(0.9)
    expect(many.above).toBeGreaterThan(few.above)
    expect(many.below).toBe(0)
  })
})

it('is told more of few judged queries by all of them than by their test split', { timeout: 120_000 }, () => {
  const nothing = countPooled(50, strengthFor(0, 1000), 20)
  expect(nothing.test).toBe(20)
  expect(nothing.byAll.above).toBeLessThanOrEqual(0.05)
  const { bySplit, byAll } = countPooled(50, strengthFor(0.08, 1000), 20)
  expect(byAll.above).toBeGreaterThan(bySplit.above + 0.2)
  expect(byAll.below).toBe(0)
})

it('weights from a small judged set lose at most half of what the rule before lost', {
  timeout: 120_000,
}, () => {
  const { ours, beforeOnTenth, beforeOnSplit, oursOnAll, beforeOnAll } = meanRegrets(50, 4)
  expect(ours).toBeLessThanOrEqual(Math.min(beforeOnTenth, beforeOnSplit) / 2)
  expect(oursOnAll).toBeLessThan(beforeOnAll)
})
