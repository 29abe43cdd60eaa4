// How likely a position is to be looked at, learned from clicks alone: the position-based model (Craswell et al. 2008),
//   P(click) = theta(position) * gamma(query, document)
// fitted by expectation maximisation (Wang et al. 2018, "Position bias estimation for unbiased learning to rank").

export interface Observation {
  /** the (query, document) pair, 0 .. pairs - 1 */
  readonly pair: number
  /** 1 for the first */
  readonly position: number
  readonly impressions: number
  readonly clicks: number
}

export interface PositionModel {
  /** [positions]: probability that position k + 1 is looked at, 1 for the first */
  readonly examination: readonly number[]
  /** [pairs]: probability of a click on what was looked at */
  readonly attraction: Float64Array
  readonly iterations: number
}

/**
 * Fits the model.
 * @param smoothing impressions of average attraction that every pair starts with: few impressions say little
 * @param tolerance stop when no examination probability moves by more
 */
export function fitPositionModel(
  observations: readonly Observation[],
  pairs: number,
  { smoothing = 1, tolerance = 1e-4, iterations = 200 } = {},
): PositionModel {
  const positions = observations.reduce((most, { position }) => Math.max(most, position), 0)
  const total = (key: 'clicks' | 'impressions') => observations.reduce((sum, row) => sum + row[key], 0)
  const average = total('clicks') / Math.max(1, total('impressions'))
  let theta = new Float64Array(positions).map((_, k) => 1 / (k + 1))
  let gamma = new Float64Array(pairs).fill(Math.min(0.9, 2 * average))
  let done = 0
  for (; done < iterations; done++) {
    const looked = new Float64Array(positions)
    const shown = new Float64Array(positions)
    const liked = new Float64Array(pairs).fill(smoothing * average)
    const met = new Float64Array(pairs).fill(smoothing)
    for (const { pair, position, impressions, clicks } of observations) {
      const k = position - 1
      const passed = impressions - clicks
      const none = 1 - theta[k]! * gamma[pair]!
      // not clicked: looked at and not liked, or liked and not looked at
      looked[k]! += clicks + (passed * theta[k]! * (1 - gamma[pair]!)) / Math.max(none, 1e-12)
      shown[k]! += impressions
      liked[pair]! += clicks + (passed * gamma[pair]! * (1 - theta[k]!)) / Math.max(none, 1e-12)
      met[pair]! += impressions
    }
    const next = looked.map((value, k) => (shown[k]! > 0 ? value / shown[k]! : theta[k]!))
    gamma = liked.map((value, pair) => Math.min(1, value / met[pair]!))
    const moved = next.reduce((most, value, k) => Math.max(most, Math.abs(value - theta[k]!)), 0)
    theta = next
    if (moved < tolerance) break
  }
  // only products of theta and gamma are observed: the first position sets the scale
  const first = theta[0] || 1
  return {
    examination: [...theta].map((value) => Math.min(1, value / first)),
    attraction: gamma.map((value) => Math.min(1, value * first)),
    iterations: done,
  }
}
