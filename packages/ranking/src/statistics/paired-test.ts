// One test for a mean of paired differences, whose interval and p agree. The randomisation test (Fisher 1935;
// Smucker, Allan and Carterette 2007) counts how often the mean is at least this far from 0 when a coin draws
// the sign of every difference. The interval has all values that the same test, with the same coins, does not
// reject: 0 is outside exactly when p <= 0.05.
import { seededSampler } from '@disranker/dataset'

export interface PairedTest {
  /** the mean difference */
  readonly value: number
  /** ends of the 95 % interval */
  readonly low: number
  readonly high: number
  /** two-sided */
  readonly p: number
}

export interface Coins {
  /** number of throws of all coins; if 2^n is not larger, all 2^n are used and the test is exact */
  readonly samples: number
  readonly seed: number
}

/** the interval has the values that are not rejected at this level */
export const LEVEL = 0.05

/** half of a 95 % interval, in standard errors */
const REACH = 1.96

/**
 * Whether a difference is larger than its standard error: a more expensive choice must pass this (Breiman et
 * al. 1984).
 */
export const isEarned = ({ value, low, high }: PairedTest): boolean => value > (high - low) / (2 * REACH)

/**
 * @param differences one a query
 * @param groups of the queries: those of one topic get the same sign, since they are not independent; each
 * query is one group by default
 */
export function pairedTest(
  differences: ArrayLike<number>,
  coins: Coins,
  groups: readonly string[] = Array.from(differences, (_, at) => String(at)),
): PairedTest {
  const sums = new Map<string, { sum: number; count: number }>()
  for (const [at, group] of groups.entries()) {
    const found = sums.get(group) ?? { sum: 0, count: 0 }
    sums.set(group, { sum: found.sum + differences[at]!, count: found.count + 1 })
  }
  const units = [...sums.values()]
  const total = differences.length
  const value = units.reduce((sum, unit) => sum + unit.sum, 0) / Math.max(1, total)
  if (units.length === 0)
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, p: 1 }
  // a throw counts against a shift s of the mean if
  // its mean of (difference - s)
  // <
  // value - s
  // : in closed form, a throw stops counting at two distances from the value, one on either side
  const { below, above } = distances(units, value, total, coins)
  const exact = units.length < 31 && 2 ** units.length <= coins.samples
  const [extra, throws] = exact ? [0, below.length] : [1, below.length + 1]
  const reach = Math.abs(value) - 1e-12
  const far = (value > 0 ? below : above).reduce((count, distance) => count + Number(distance >= reach), 0)
  return {
    value,
    low: value - furthest(below, extra, throws),
    high: value + furthest(above, extra, throws),
    p: (extra + far) / throws,
  }
}

/** The greatest distance that more than 5 % of the throws reach. */
function furthest(distances: Float64Array, extra: number, throws: number): number {
  const falling = distances.sort().reverse()
  // a shift is rejected when (extra + throws that reach it) / throws <= LEVEL
  const allowed = Math.floor(LEVEL * throws + 1e-9) - extra
  return allowed < 0 ? Number.POSITIVE_INFINITY : (falling[allowed] ?? 0)
}

interface Unit {
  readonly sum: number
  readonly count: number
}

function distances(units: readonly Unit[], value: number, total: number, { samples, seed }: Coins) {
  const n = units.length
  const exact = n < 31 && 2 ** n <= samples
  const throws = exact ? 2 ** n : samples
  const { uniform } = seededSampler(seed, 'coins')
  const [below, above] = [new Float64Array(throws), new Float64Array(throws)]
  const sums = Float64Array.from(units, ({ sum }) => sum)
  const counts = Float64Array.from(units, ({ count }) => count)
  for (let at = 0; at < throws; at++) {
    // the sums and counts of all, less twice those whose coin is tails
    let turned = 0
    let places = 0
    let bits = at
    for (let i = 0; i < n; i++) {
      // one random number gives 24 coins
      if (!exact && i % 24 === 0) bits = Math.floor(uniform() * 2 ** 24)
      const tails = bits & 1
      bits >>= 1
      turned += tails * sums[i]!
      places += tails * counts[i]!
    }
    // with a shift s the throw gives total * (value - s) - 2 * (turned - places * s); d = value - s
    //   |total d - 2 (turned - places value + places d)| >= |total d|
    const own = turned - places * value
    const one = places === 0 ? (own === 0 ? Number.POSITIVE_INFINITY : 0) : -own / places
    const other = places === total ? (own === 0 ? Number.POSITIVE_INFINITY : 0) : own / (total - places)
    // a throw of only heads, or only tails, is as extreme as the data for any shift
    below[at] = Math.max(one, other)
    above[at] = -Math.min(one, other)
    if (places === 0 || places === total) below[at] = above[at] = Number.POSITIVE_INFINITY
  }
  return { below, above }
}
