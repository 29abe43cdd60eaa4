// How sure a figure is: bootstrap over queries (Sakai 2006) and a paired randomisation test (Smucker et al. 2007).
import type { Ratio } from './query-metrics.ts'

export interface Estimate {
  readonly value: number
  /** 2.5 % and 97.5 % of the resampled values */
  readonly low: number
  readonly high: number
}

export interface Resampling {
  readonly samples: number
  readonly seed: number
}

/** sum of what is above over sum of what is below; 0 / 0 is 0 */
export function ratio(list: readonly Ratio[]): number {
  let above = 0
  let below = 0
  for (const item of list) {
    above += item.above
    below += item.below
  }
  return above === 0 ? 0 : above / below
}

/** A run's figure with its percentile bootstrap interval. */
export function estimate(queries: readonly Ratio[], { samples, seed }: Resampling): Estimate {
  const random = createRandom(seed)
  const values = Array.from({ length: samples }, () =>
    ratio(queries.map(() => queries[Math.floor(random() * queries.length)]!)),
  )
  return { value: ratio(queries), ...interval(values) }
}

/** a - b of the same queries, resampled together: what the queries have in common drops out. */
export function estimateDifference(
  a: readonly Ratio[],
  b: readonly Ratio[],
  { samples, seed }: Resampling,
): Estimate {
  const random = createRandom(seed)
  const values = Array.from({ length: samples }, () => {
    const drawn = a.map(() => Math.floor(random() * a.length))
    return ratio(drawn.map((i) => a[i]!)) - ratio(drawn.map((i) => b[i]!))
  })
  return { value: ratio(a) - ratio(b), ...interval(values) }
}

/**
 * Two-sided p of the mean difference between paired values: how often random signs give one as large. The observed
 * signs count as one of the draws, so p is never 0.
 */
export function randomisationTest(
  a: readonly number[],
  b: readonly number[],
  { samples, seed }: Resampling,
): number {
  const differences = a.map((value, i) => value - b[i]!)
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0))
  const random = createRandom(seed)
  let extreme = 1
  for (let sample = 0; sample < samples; sample++) {
    let sum = 0
    for (const difference of differences) sum += random() < 0.5 ? difference : -difference
    // rounding must not decide between equal sums
    if (Math.abs(sum) >= observed - 1e-12) extreme++
  }
  return extreme / (samples + 1)
}

function interval(values: number[]): { low: number; high: number } {
  values.sort((a, b) => a - b)
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0
  return { low: at(0.025), high: at(0.975) }
}

/** mulberry32 (Ettinger 2017): 32 bits of state are enough to draw queries. */
function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
