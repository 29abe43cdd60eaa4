// The line of a recipe that says what a ranking model learns, and the loss it names.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { hybrid } from './hybrid.ts'
import { infoNce } from './info-nce.ts'
import { lambdaLoss } from './lambda-loss.ts'
import { listwiseCrossEntropy } from './listwise-cross-entropy.ts'
import { listwiseKl } from './listwise-kl.ts'
import { pairwiseMargin } from './pairwise-margin.ts'
import { rankNet } from './rank-net.ts'

/** Learning from grades. */
export type LabelObjective =
  | { readonly loss: 'pairwise-margin'; readonly margin: number; readonly lowWeight?: number }
  /** `gains[grade]` is what a document of that grade weighs in the target distribution */
  | { readonly loss: 'listwise'; readonly gains: readonly number[] }
  | { readonly loss: 'rank-net' }
  | { readonly loss: 'info-nce'; readonly temperature: number }
  | { readonly loss: 'lambda'; readonly k: number; readonly sigma: number }

/** Learning from a teacher's scores. `hybrid` with alpha 1 is pointwise MSE, with alpha 0 margin MSE. */
export type ScoreObjective =
  | { readonly loss: 'hybrid'; readonly alpha: number }
  | { readonly loss: 'listwise-kl'; readonly temperature: number }

/**
 * @param scores [G, n]
 * @param grades [G * n] row-major, whole numbers from 0
 */
export function labelLoss(objective: LabelObjective, scores: tf.Tensor2D, grades: Float32Array): tf.Scalar {
  const targets = (values: Float32Array) => tf.tensor2d(values, scores.shape)
  switch (objective.loss) {
    case 'pairwise-margin':
      return pairwiseMargin(scores, targets(grades), objective)
    case 'listwise':
      return listwiseCrossEntropy(
        scores,
        targets(grades.map((grade) => objective.gains[grade] ?? objective.gains.at(-1) ?? 0)),
      )
    case 'rank-net':
      return rankNet(scores, targets(grades))
    case 'info-nce':
      return infoNce(scores, targets(grades), objective)
    case 'lambda':
      return lambdaLoss(scores, targets(grades), objective)
    default:
      throw unknown(objective, 'pairwise-margin, listwise, rank-net, info-nce, lambda')
  }
}

/**
 * @param scores [G, n] of the student
 * @param teacher [G * n] row-major
 */
export function scoreLoss(objective: ScoreObjective, scores: tf.Tensor2D, teacher: Float32Array): tf.Scalar {
  const targets = tf.tensor2d(teacher, scores.shape)
  switch (objective.loss) {
    case 'hybrid':
      return hybrid(scores, targets, objective)
    case 'listwise-kl':
      return listwiseKl(scores, targets, objective)
    default:
      throw unknown(objective, 'hybrid, listwise-kl')
  }
}

const unknown = (objective: never, wanted: string) =>
  new InputError(
    `The recipe's objective is ${JSON.stringify(objective)}; wanted a loss out of ${wanted}. Mend the recipe.`,
  )
