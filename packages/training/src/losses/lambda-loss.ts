// Pairs weighed by what swapping them would change in nDCG@k (Wang et al. 2018, LambdaLoss, in LambdaRank's form).
import * as tf from '@tensorflow/tfjs'
import { better, differences } from './pairs.ts'

export interface LambdaLoss {
  /** ranks that count */
  readonly k: number
  /** steepness of the logistic function */
  readonly sigma: number
}

/**
 * Mean over the groups of sum over grade_i > grade_j of |delta nDCG@k| * log2(1 + exp(-sigma (s_i - s_j))). The weights
 * are taken from the ranks of the scores as they are and have no gradient. A group without gain counts 0.
 * @param s [G, n]
 * @param grades [G, n]
 */
export function lambdaLoss(s: tf.Tensor2D, grades: tf.Tensor2D, { k, sigma }: LambdaLoss): tf.Scalar {
  const [G, n] = s.shape
  const weights = swapWeights(s.dataSync(), grades.dataSync(), G, n, k)
  return tf.tidy(() => {
    const cost = tf.div(tf.softplus(tf.mul(-sigma, differences(s))), Math.LN2)
    const weight = tf.mul(tf.tensor3d(weights, [G, n, n]), better(grades))
    return tf.div(tf.sum(tf.mul(cost, weight)), G) as tf.Scalar
  })
}

/** [G, n, n]: by how much nDCG@k changes when documents i and j change places. */
function swapWeights(
  scores: ArrayLike<number>,
  grades: ArrayLike<number>,
  G: number,
  n: number,
  k: number,
): Float32Array {
  const weights = new Float32Array(G * n * n)
  const discount = (rank: number) => (rank < k ? 1 / Math.log2(rank + 2) : 0)
  for (let g = 0; g < G; g++) {
    const indices = Array.from({ length: n }, (_, i) => i)
    const score = (i: number) => scores[g * n + i]!
    const gain = (i: number) => 2 ** grades[g * n + i]! - 1
    const rank = new Array<number>(n)
    for (const [place, i] of indices.toSorted((a, b) => score(b) - score(a) || a - b).entries())
      rank[i] = place
    const ideal = indices
      .map(gain)
      .sort((a, b) => b - a)
      .reduce((sum, x, place) => sum + x * discount(place), 0)
    if (ideal === 0) continue
    for (const i of indices)
      for (const j of indices)
        weights[(g * n + i) * n + j] =
          Math.abs((gain(i) - gain(j)) * (discount(rank[i]!) - discount(rank[j]!))) / ideal
  }
  return weights
}
