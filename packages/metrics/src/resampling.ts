// How much of a figure is the choice of queries. The bootstrap draws queries with replacement (Efron and Tibshirani 1993;
// Sakai 2006 for ranking); the randomisation test asks how often a difference this large comes about when the two systems
// are the same and each query's results are swapped by a coin (Fisher 1935; Smucker, Allan and Carterette 2007).
import { overall, type Part, ratio } from './ranking-metrics.ts'

export interface Interval {
  readonly value: number
  /** 2.5th percentile */
  readonly low: number
  /** 97.5th percentile */
  readonly high: number
}

export interface Resampling {
  /** bootstrap samples, and random swaps of the randomisation test */
  readonly samples: number
  readonly seed: number
}

/** Which queries each bootstrap sample holds: the same for all rows of a table, so that differences are paired. */
export type Samples = readonly Int32Array[]

/** Draws as many samples as asked for, each of `queries` queries. */
export function drawSamples(queries: number, { samples, seed }: Resampling): Samples {
  const uniform = seededUniform(seed)
  return Array.from({ length: samples }, () =>
    Int32Array.from({ length: queries }, () => Math.floor(uniform() * queries)),
  )
}

/** A measure with its bootstrap 95 % interval (percentiles). */
export function bootstrap(parts: readonly Part[], samples: Samples): Interval {
  return interval(overall(parts), Float64Array.from(resampled(parts, samples)))
}

/** The difference `parts` - `baseline` with its paired bootstrap 95 % interval; both hold the same queries in one order. */
export function pairedBootstrap(
  parts: readonly Part[],
  baseline: readonly Part[],
  samples: Samples,
): Interval {
  const [ours, theirs] = [resampled(parts, samples), resampled(baseline, samples)]
  return interval(
    difference(overall(parts), overall(baseline)),
    ours.map((value, at) => difference(value, theirs[at]!)),
  )
}

/**
 * Two-sided p of the paired randomisation test. All 2^n swaps are counted when there are no more of them than `samples`;
 * else `samples` random ones are, and p = (1 + as extreme) / (1 + samples).
 */
export function randomisationTest(
  parts: readonly Part[],
  baseline: readonly Part[],
  { samples, seed }: Resampling,
): number {
  const n = parts.length
  // sums of floats differ in their last digits with the order
  const bound = Math.abs(difference(overall(parts), overall(baseline))) - 1e-12
  const exact = n < 31 && 2 ** n <= samples
  const uniform = seededUniform(seed)
  // [side, query]: a coin is an index, since the processor cannot foresee how it falls
  const [numerators, denominators] = [0, 1].map((place) =>
    Float64Array.from([...parts, ...baseline], (part) => part[place]!),
  ) as [Float64Array, Float64Array]
  let extreme = 0
  const times = exact ? 2 ** n : samples
  for (let time = 0; time < times; time++) {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let bits = time
    for (let i = 0; i < n; i++) {
      // one random number gives 24 coins
      if (!exact && i % 24 === 0) bits = Math.floor(uniform() * 2 ** 24)
      const first = (bits & 1) * n + i
      const second = n + 2 * i - first
      bits >>= 1
      a += numerators[first]!
      b += denominators[first]!
      c += numerators[second]!
      d += denominators[second]!
    }
    if (Math.abs(difference(ratio(a, b), ratio(c, d))) >= bound) extreme++
  }
  return exact ? extreme / times : (1 + extreme) / (1 + times)
}

/** a row is compared with many, over the same samples */
const known = new WeakMap<Samples, WeakMap<readonly Part[], Float64Array>>()

/** [samples]: the measure over each of them */
function resampled(parts: readonly Part[], samples: Samples): Float64Array {
  const found = known.get(samples) ?? new WeakMap<readonly Part[], Float64Array>()
  known.set(samples, found)
  const values = found.get(parts) ?? measured(parts, samples)
  found.set(parts, values)
  return values
}

function measured(parts: readonly Part[], samples: Samples): Float64Array {
  const numerators = Float64Array.from(parts, ([numerator]) => numerator)
  const denominators = Float64Array.from(parts, ([, denominator]) => denominator)
  return Float64Array.from(samples, (sample) => {
    let numerator = 0
    let denominator = 0
    for (let i = 0; i < sample.length; i++) {
      numerator += numerators[sample[i]!]!
      denominator += denominators[sample[i]!]!
    }
    return ratio(numerator, denominator)
  })
}

/** two infinite PNRs are equal */
const difference = (a: number, b: number) => (a === b ? 0 : a - b)

function interval(value: number, values: Float64Array): Interval {
  const sorted = values.sort()
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) }
}

/** Linear between the two nearest values (type 7 of Hyndman and Fan 1996); `sorted` rises. */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
  return low === high ? low : low + (at - Math.floor(at)) * (high - low)
}

/** mulberry32 (Ettinger 2017): from 0 to below 1. */
export function seededUniform(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
