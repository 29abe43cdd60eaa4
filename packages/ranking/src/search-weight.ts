// How much of a second score a sum shall hold: of the lexical overlap beside a model's logit, score = logit + weight * overlap
// (Askari et al. 2023 inject BM25 as text; a sum needs no training and cannot be drowned), or of one teacher beside others.
// Searched on validation from scores that are stored, so the search trains nothing and has no end of its own: it goes as
// far as it helps.

export interface Tried {
  readonly weight: number
  /** what the search climbs; higher is better */
  readonly quality: number
}

/** doublings beyond the best weight after which the search turns back */
const PATIENCE = 3
/** 2^24 units: the order is then that of the overlap alone, for any scores */
const MOST = 24
/** halvings of the step around the best weight: to 1/16 of a doubling */
const HALVINGS = 4

/**
 * The smallest weight that is best. From `unit` / 32 the weight is doubled for as long as that helps, then the step
 * around the best one is halved a few times.
 * @param quality of the ranking with a weight, on validation
 * @param unit weight at which both move the sum equally: the ratio of their deviations. 0: there is nothing to add
 */
export function searchWeight(
  quality: (weight: number) => number,
  unit: number,
): { readonly weight: number; readonly tried: readonly Tried[] } {
  const tried = new Map<number, number>()
  const rate = (weight: number) => {
    const known = tried.get(weight)
    if (known !== undefined) return known
    const value = quality(weight)
    tried.set(weight, value)
    return value
  }
  const best = () => [...tried].sort(([a, one], [b, other]) => other - one || a - b)[0]![0]
  rate(0)
  if (unit > 0 && Number.isFinite(unit)) {
    // by powers of 2, so that 0 is a place of its own
    const at = (power: number) => short(unit * 2 ** power)
    let top = -5
    for (let power = -5; power <= MOST && power <= top + PATIENCE; power++) {
      const before = best()
      rate(at(power))
      // the least that is tried is a weight of equal worth
      if (power <= 0 || best() !== before) top = power
    }
    for (let step = 0.5, halving = 0; halving < HALVINGS; halving++, step /= 2) {
      const weight = best()
      if (weight === 0) {
        rate(at(-5 - halving))
        continue
      }
      for (const power of [Math.log2(weight / unit) - step, Math.log2(weight / unit) + step]) rate(at(power))
    }
  }
  const list = [...tried].map(([weight, value]) => ({ weight, quality: value }))
  return { weight: best(), tried: list.sort((a, b) => a.weight - b.weight) }
}

/** Three significant digits: enough for a weight, and it stays readable in config.json. */
const short = (value: number) => Number(value.toPrecision(3))
