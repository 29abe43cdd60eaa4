// Scores become probabilities: how likely a document with this score is of its query's highest grade. A logistic function
// of the score, fitted on validation (Platt 1999, with his targets that keep the slope finite).

export interface Relevance {
  /** relevance = 1 / (1 + exp(-(slope * score + offset))) */
  readonly slope: number
  readonly offset: number
}

/** one scored document, and whether it is of the highest grade */
export interface Outcome {
  readonly score: number
  readonly relevant: boolean
}

/** the score as it is, for models that nothing can be fitted to */
export const UNFITTED: Relevance = { slope: 1, offset: 0 }

const STEPS = 100

/**
 * Maximum likelihood by Newton's method with halved steps. Falls back to slope 1, offset 0 when there is nothing relevant or
 * nothing else, or when higher scores are less relevant: the order must stay.
 */
export function fitRelevance(outcomes: readonly Outcome[]): Relevance {
  const positives = outcomes.filter(({ relevant }) => relevant).length
  const negatives = outcomes.length - positives
  if (positives === 0 || negatives === 0) return UNFITTED
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const target = ({ relevant }: Outcome) => (relevant ? high : low)
  let slope = 0
  let offset = Math.log((positives + 1) / (negatives + 1))
  let loss = crossEntropy(outcomes, target, slope, offset)
  for (let step = 0; step < STEPS; step++) {
    let [gs, go, ss, so, oo] = [0, 0, 1e-9, 0, 1e-9]
    for (const outcome of outcomes) {
      const p = logistic(slope * outcome.score + offset)
      const error = p - target(outcome)
      const weight = p * (1 - p)
      gs += error * outcome.score
      go += error
      ss += weight * outcome.score ** 2
      so += weight * outcome.score
      oo += weight
    }
    const determinant = ss * oo - so * so
    const [ds, dO] = [(oo * gs - so * go) / determinant, (ss * go - so * gs) / determinant]
    let size = 1
    let next = crossEntropy(outcomes, target, slope - ds, offset - dO)
    while (next > loss && size > 1e-6) {
      size /= 2
      next = crossEntropy(outcomes, target, slope - size * ds, offset - size * dO)
    }
    slope -= size * ds
    offset -= size * dO
    if (loss - next < 1e-9 * outcomes.length) break
    loss = next
  }
  const round = (value: number) => Number(value.toFixed(6))
  return slope > 0 && Number.isFinite(offset) ? { slope: round(slope), offset: round(offset) } : UNFITTED
}

function crossEntropy(
  outcomes: readonly Outcome[],
  target: (outcome: Outcome) => number,
  slope: number,
  offset: number,
): number {
  return outcomes.reduce((sum, outcome) => {
    const x = slope * outcome.score + offset
    // ln(1 + e^x) - t x, without overflow
    return sum + Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - target(outcome) * x
  }, 0)
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
