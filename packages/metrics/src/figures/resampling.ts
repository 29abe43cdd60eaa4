// Measures the uncertainty from the choice of queries: of one row by the bootstrap, which draws queries with
// replacement (Efron and Tibshirani 1993; Sakai 2006 for ranking), of a difference by a paired test whose
// interval and p agree (ranking/paired-test.ts).
import { uniformFrom } from '@disranker/dataset'
import { type PairedTest, pairedTest } from '@disranker/ranking'
import { overall, type Part, ratio } from '../measures/ranking-metrics.ts'

export interface Interval {
  readonly value: number
  /** 2.5th percentile */
  readonly low: number
  /** 97.5th percentile */
  readonly high: number
}

export interface Resampling {
  /** number of bootstrap samples, and of random swaps in the randomisation test */
  readonly samples: number
  readonly seed: number
}

/** The queries of each bootstrap sample: the same for all rows of a table, so that differences are paired. */
export type Samples = readonly Int32Array[]

/** Draws `samples` samples of `queries` queries each. */
export function drawSamples(queries: number, { samples, seed }: Resampling): Samples {
  const uniform = uniformFrom(seed)
  return Array.from({ length: samples }, () =>
    Int32Array.from({ length: queries }, () => Math.floor(uniform() * queries)),
  )
}

/** A measure with its bootstrap 95 % interval (percentiles). */
export function bootstrap(parts: readonly Part[], samples: Samples): Interval {
  return interval(overall(parts), Float64Array.from(resampled(parts, samples)))
}

/**
 * The difference `parts` - `baseline`; both have the same queries in the same order. A measure that is a
 * ratio of sums (PNR) is tested by the influence of each query (the delta method). If a ratio is infinite,
 * the value is, too; p and the side of the interval are those of the difference in the numerators' share.
 */
export function pairedDifference(
  parts: readonly Part[],
  baseline: readonly Part[],
  resampling: Resampling,
): PairedTest {
  const value = difference(overall(parts), overall(baseline))
  if (Number.isFinite(value) && Number.isFinite(overall(parts))) {
    const [ours, theirs] = [movesOf(parts), movesOf(baseline)]
    return {
      ...pairedTest(
        ours.map((move, at) => move - theirs[at]!),
        resampling,
      ),
      value,
    }
  }
  const share = ([numerator, denominator]: Part) => ratio(numerator, numerator + denominator)
  const { p, low, high } = pairedTest(
    parts.map((part, at) => share(part) - share(baseline[at]!)),
    resampling,
  )
  if (value === 0) return { value, low: 0, high: 0, p: 1 }
  return {
    value,
    p,
    low: low > 0 ? 0 : Number.NEGATIVE_INFINITY,
    high: high < 0 ? 0 : Number.POSITIVE_INFINITY,
  }
}

/** Values whose mean is the measure, and whose differences from it are the influence of each query. */
function movesOf(parts: readonly Part[]): Float64Array {
  const value = overall(parts)
  const mean = parts.reduce((sum, [, denominator]) => sum + denominator, 0) / Math.max(1, parts.length)
  return Float64Array.from(parts, ([numerator, denominator]) =>
    mean === 0 ? 0 : value + (numerator - value * denominator) / mean,
  )
}

/** a row is compared with many others, over the same samples */
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
