// The lower end of the likely range of a Beta distribution, without a library: the density on fixed levels,
// summed from below until the tail is full. Many items have the same few examinations and clicks, so answers
// are cached.
const LEVELS = 200
// closer together where attraction is low, as most are
const LEVEL = Float64Array.from({ length: LEVELS }, (_, i) => ((i + 0.5) / LEVELS) ** 2)
const LOG = LEVEL.map(Math.log)
const LOG_REST = LEVEL.map((level) => Math.log1p(-level))
const WIDTH = LEVEL.map((_, i) => ((i + 1) / LEVELS) ** 2 - (i / LEVELS) ** 2)
const KEPT = 200_000

/**
 * Returns a function of the two parameters of a Beta distribution: the value that it exceeds with probability
 * `confidence`.
 * @returns values within about 0.005; the parameters are rounded to a hundredth
 */
export function lowerBound(confidence: number): (alpha: number, beta: number) => number {
  const known = new Map<number, number>()
  const density = new Float64Array(LEVELS)
  return (alpha, beta) => {
    const [hundredthsOfA, hundredthsOfB] = [Math.round(alpha * 100), Math.round(beta * 100)]
    const key = hundredthsOfA * 2 ** 26 + hundredthsOfB
    const answer = known.get(key)
    if (answer !== undefined) return answer
    const a = hundredthsOfA / 100 - 1
    const b = hundredthsOfB / 100 - 1
    let most = -Infinity
    for (let i = 0; i < LEVELS; i++) {
      density[i] = a * LOG[i]! + b * LOG_REST[i]!
      if (density[i]! > most) most = density[i]!
    }
    let total = 0
    for (let i = 0; i < LEVELS; i++) {
      density[i] = Math.exp(density[i]! - most) * WIDTH[i]!
      total += density[i]!
    }
    let sum = 0
    let i = 0
    while (i < LEVELS && sum + density[i]! < (1 - confidence) * total) sum += density[i++]!
    const share = density[i]! > 0 ? ((1 - confidence) * total - sum) / density[i]! : 0
    const low = ((i + Math.min(1, share)) / LEVELS) ** 2
    if (known.size < KEPT) known.set(key, low)
    return low
  }
}
