// The previous rule for weights, used until 2026-11-30, for comparison: one weight after the other is doubled
// as long as nDCG@10 + MRR@10 rises on the given queries, then refined; without shrinkage and without
// cross-validation.

/** doublings beyond the best weight after which the search turns back */
const PATIENCE = 3
const MOST = 24
const HALVINGS = 4

/** @param quality of the ranking with a weight; 1 is the weight at which both move the sum equally */
export function searchWeight(quality: (weight: number) => number): number {
  const tried = new Map<number, number>()
  const rate = (weight: number) => {
    if (!tried.has(weight)) tried.set(weight, quality(weight))
  }
  const best = () => [...tried].sort(([a, one], [b, other]) => other - one || a - b)[0]![0]
  rate(0)
  let top = -5
  for (let power = -5; power <= MOST && power <= top + PATIENCE; power++) {
    const before = best()
    rate(2 ** power)
    if (power <= 0 || best() !== before) top = power
  }
  for (let step = 0.5, halving = 0; halving < HALVINGS; halving++, step /= 2) {
    const weight = best()
    if (weight === 0) rate(2 ** (-5 - halving))
    else for (const power of [Math.log2(weight) - step, Math.log2(weight) + step]) rate(2 ** power)
  }
  return best()
}
