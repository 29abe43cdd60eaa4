import type { Run } from '@disranker/dataset'
import { describe, expect, it } from 'vitest'
import { compareRuns, refusal } from './quality-gate.ts'

const DOCUMENTS = Array.from({ length: 30 }, (_, at) => `d${at}`)
/** `queries` lists in one order of documents, but for the first `moved` of them, where the right document falls to a rank */
function runs(queries: number, moved: number, rank: number) {
  const names = Array.from({ length: queries }, (_, at) => `q${at}`)
  const list = (order: readonly string[]) =>
    order.map((document, at) => ({ document, score: order.length - at }))
  const float: Run = new Map(names.map((name) => [name, list(DOCUMENTS)]))
  const int8: Run = new Map(
    names.map((name, at) => [
      name,
      list(at < moved ? DOCUMENTS.slice(1).toSpliced(rank - 1, 0, 'd0') : DOCUMENTS),
    ]),
  )
  const judgements = new Map(names.map((name) => [name, new Map([['d0', 1]])]))
  return compareRuns(int8, float, judgements)
}

describe('the gate', () => {
  it('lets a loss on few queries pass that is no more than chance', () => {
    // one right document of 13 falls from rank 1 to 2: 0.028 of nDCG@10
    const found = runs(13, 1, 2)
    expect(found.difference.value).toBeCloseTo((1 / Math.log2(3) - 1) / 13, 12)
    expect(found.agreement).toBeGreaterThan(0.99)
    expect(refusal(found, { maxLoss: 0.01 })).toBeUndefined()
  })
  it('refuses a loss that is significant and larger than allowed', () => {
    const found = runs(60, 30, 2)
    expect(refusal(found, { maxLoss: 0.01 })).toMatch(
      /^int8 ranks worse than float32: nDCG@10 on validation 0\.8155 against 1\.0000 \(-0\.1845 \[.*\], p 0\.000, 60 queries\), and the recipe allows a loss of 0\.01 \(maxLoss\)/,
    )
    expect(refusal(found, { maxLoss: 0.2 })).toBeUndefined()
  })
  it('refuses other orders, whatever a few judged queries say of them', () => {
    const reversed: Run = new Map([
      ['q', DOCUMENTS.map((document, at) => ({ document, score: at === 0 ? 99 : at }))],
    ])
    const float: Run = new Map([['q', DOCUMENTS.map((document, at) => ({ document, score: -at }))]])
    const found = compareRuns(reversed, float, new Map([['q', new Map([['d0', 1]])]]))
    expect(found.difference.value).toBe(0)
    expect(refusal(found, { maxLoss: 0.01 })).toMatch(
      /^int8 orders documents otherwise .* wants 0\.9 \(minAgreement\)/,
    )
  })
})
