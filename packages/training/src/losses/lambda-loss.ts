// Pairs weighted by the change of nDCG@k when they are swapped (Wang et al. 2018, LambdaLoss, in LambdaRank's
// form).
import * as tf from '@tensorflow/tfjs'
import { better, differences, type Masked } from './groups.ts'

export interface LambdaLoss extends Masked {
  /** ranks that count */
  readonly k: number
  /** steepness of the logistic function */
  readonly sigma: number
}

/**
 * Mean over the groups of sum over gain_i > gain_j of |delta nDCG@k| * log2(1 + exp(-sigma (s_i - s_j))). The weights
 * are taken from the ranks of the scores as they are and have no gradient. A group without gain counts 0.
 * @param s [G, n]
 * @param gains [G, n], 0 or more
 */
export function lambdaLoss(s: tf.Tensor2D, gains: tf.Tensor2D, { k, sigma, mask }: LambdaLoss): tf.Scalar {
  const [G, n] = s.shape
  const weights = new Float32Array(G * n * n)
  const [scores, gain, known] = [s.dataSync(), gains.dataSync(), mask?.dataSync()]
  for (let g = 0; g < G; g++) {
    const there = Array.from({ length: n }, (_, i) => g * n + i).filter((at) => known?.[at] !== 0)
    for (const [i, j, weight] of swaps(there, scores, gain, k)) weights[i * n + (j - g * n)] = weight
  }
  return tf.tidy(() => {
    const cost = tf.div(tf.softplus(tf.mul(-sigma, differences(s))), Math.LN2)
    const weight = tf.mul(tf.tensor3d(weights, [G, n, n]), better(gains, mask))
    return tf.div(tf.sum(tf.mul(cost, weight)), G) as tf.Scalar
  })
}

/** For each pair of documents at these indices: the change of nDCG@k when they change places. */
function* swaps(
  indices: readonly number[],
  scores: ArrayLike<number>,
  gains: ArrayLike<number>,
  k: number,
): Generator<readonly [number, number, number]> {
  const discount = (rank: number) => (rank < k ? 1 / Math.log2(rank + 2) : 0)
  const ranked = indices.toSorted((a, b) => scores[b]! - scores[a]! || a - b)
  const rank = new Map(ranked.map((index, rank) => [index, rank]))
  const ideal = indices
    .map((index) => gains[index]!)
    .sort((a, b) => b - a)
    .reduce((sum, gain, rank) => sum + gain * discount(rank), 0)
  if (ideal === 0) return
  for (const i of indices)
    for (const j of indices) {
      const moved = discount(rank.get(i)!) - discount(rank.get(j)!)
      yield [i, j, Math.abs((gains[i]! - gains[j]!) * moved) / ideal]
    }
}
