// Maps scores to relevances from 0 to 1: a logistic function of the score, fitted on validation (Platt 1999,
// with his targets that keep the slope finite). Right and other documents have equal total weight,
// independent of their numbers: a candidate list has one right document in a hundred, and a probability with
// that prior would be near 0 for nearly every right document. So .5 is the score that is equally frequent
// among right and other documents.
import type { Judgements, Run } from '@disranker/dataset'

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

/** The known facts about the ranked documents of judged queries. */
export function outcomesOf(run: Run, judgements: Judgements): Outcome[] {
  return [...run].flatMap(([id, rows]) => {
    const grades = judgements.get(id)
    const best = Math.max(0, ...(grades?.values() ?? []))
    if (best === 0) return []
    return rows.map(({ document, score }) => ({ score, relevant: grades?.get(document) === best }))
  })
}

/** the score unchanged, for models without data for a fit */
export const UNFITTED: Relevance = { slope: 1, offset: 0 }

/** the quality of the fit on its own data */
export interface RelevanceQuality {
  /** share of the right documents (highest grade) with a relevance above .5 */
  readonly rightAboveHalf: number
  /** share of the others at or below it */
  readonly othersBelowHalf: number
}

/**
 * How well .5 separates the right documents from the others; shares from 0 to 1, NaN if there are none of a
 * kind.
 */
export function relevanceQuality(
  outcomes: readonly Outcome[],
  { slope, offset }: Relevance,
): RelevanceQuality {
  const counts = { right: 0, rightAbove: 0, others: 0, othersBelow: 0 }
  for (const { score, relevant } of outcomes) {
    const above = slope * score + offset > 0
    if (relevant) {
      counts.right++
      if (above) counts.rightAbove++
    } else {
      counts.others++
      if (!above) counts.othersBelow++
    }
  }
  return {
    rightAboveHalf: counts.rightAbove / counts.right,
    othersBelowHalf: counts.othersBelow / counts.others,
  }
}

const STEPS = 100

/**
 * Maximum likelihood with equal total weight of both kinds, by Newton's method with step halving. Returns
 * slope 1, offset 0 when there are no relevant or no other documents, or when higher scores are less
 * relevant, because the order must not change.
 */
export function fitRelevance(outcomes: readonly Outcome[]): Relevance {
  const positives = outcomes.filter(({ relevant }) => relevant).length
  const negatives = outcomes.length - positives
  if (positives === 0 || negatives === 0) return UNFITTED
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (negatives + 2)
  const target = ({ relevant }: Outcome) => (relevant ? high : low)
  let slope = 0
  let offset = 0
  const weightOf = ({ relevant }: Outcome) => outcomes.length / 2 / (relevant ? positives : negatives)
  const lossOf = (slope: number, offset: number) => crossEntropy(outcomes, target, weightOf, slope, offset)
  let loss = lossOf(slope, offset)
  for (let step = 0; step < STEPS; step++) {
    let [gs, go, ss, so, oo] = [0, 0, 1e-9, 0, 1e-9]
    for (const outcome of outcomes) {
      const p = logistic(slope * outcome.score + offset)
      const mass = weightOf(outcome)
      const error = mass * (p - target(outcome))
      const weight = mass * p * (1 - p)
      gs += error * outcome.score
      go += error
      ss += weight * outcome.score ** 2
      so += weight * outcome.score
      oo += weight
    }
    const determinant = ss * oo - so * so
    const [ds, dO] = [(oo * gs - so * go) / determinant, (ss * go - so * gs) / determinant]
    let size = 1
    let next = lossOf(slope - ds, offset - dO)
    while (next > loss && size > 1e-6) {
      size /= 2
      next = lossOf(slope - size * ds, offset - size * dO)
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
  weightOf: (outcome: Outcome) => number,
  slope: number,
  offset: number,
): number {
  return outcomes.reduce((sum, outcome) => {
    const x = slope * outcome.score + offset
    // ln(1 + e^x) - t x, without overflow
    const loss = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - target(outcome) * x
    return sum + weightOf(outcome) * loss
  }, 0)
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
