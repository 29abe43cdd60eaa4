// The lines of a recipe that say what a ranking model learns: losses, each on grades or on a teacher's scores, and what each
// weighs. A target that is not known is NaN; the document then takes no part in the losses on it.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import type { Masked } from './groups.ts'
import { LOSSES, type Loss } from './losses.ts'

export type { Loss }

export type TargetKind = 'scores' | 'grades'

export type Term = Loss & {
  /** 1 by default */
  readonly weight?: number
  /** without it: scores where there are any, else grades */
  readonly targets?: TargetKind
  /**
   * `gains[grade]` is what a document of that grade is worth: its part in `listwise`, its gain in `lambda`, the value to hit in
   * `hybrid` and `listwise-kl`. Without it 2^grade - 1, and the grade itself where it is a value to hit.
   */
  readonly gains?: readonly number[]
}

export type Objective = Term | readonly Term[]

/** What is known of the documents of groups, [G * n] row-major, NaN where it is not. */
export interface Targets {
  /** of a teacher */
  readonly scores?: Float32Array
  /** whole numbers from 0 */
  readonly grades?: Float32Array
}

/**
 * Weighted sum of an objective's terms.
 * @param scores [G, n] of the model that learns
 * @throws {InputError} when a loss is not known, or there are no targets of the kind it wants
 */
export function objectiveLoss(objective: Objective, scores: tf.Tensor2D, targets: Targets): tf.Scalar {
  const terms: readonly Term[] = Array.isArray(objective) ? objective : [objective as Term]
  return tf.tidy(() => {
    const losses = terms.map((term) => {
      const loss = termLoss(term, scores, targets)
      return term.weight === undefined ? loss : (tf.mul(term.weight, loss) as tf.Scalar)
    })
    return losses.reduce((sum, loss) => tf.add(sum, loss) as tf.Scalar)
  })
}

function termLoss(term: Term, s: tf.Tensor2D, targets: Targets): tf.Scalar {
  const kind = term.targets ?? (targets.scores === undefined ? 'grades' : 'scores')
  const values = targets[kind]
  if (values === undefined)
    throw new InputError(
      `The recipe's objective has ${term.loss} on ${kind}, and this stage has none. Mend the recipe.`,
    )
  const definition = LOSSES[term.loss] as (typeof LOSSES)[Loss['loss']] | undefined
  if (definition === undefined)
    throw new InputError(
      `The recipe's objective is ${JSON.stringify(term)}; wanted a loss out of ${Object.keys(LOSSES).join(', ')}. Mend the recipe.`,
    )
  // the options are those of the loss that the same line names
  const { fromGrade = (grade) => grade, fromScores, loss } = definition as AnyLoss
  const known = values.map((value) => (Number.isNaN(value) ? 0 : 1))
  const mask = known.includes(0) ? tf.tensor2d(known, s.shape) : undefined
  const gainOf =
    ({ gains }: Term) =>
    (grade: number) =>
      gains === undefined ? fromGrade(grade) : (gains[grade] ?? gains.at(-1) ?? 0)
  const each = (of: (value: number) => number) => values.map((value, at) => (known[at] === 0 ? 0 : of(value)))
  const wanted =
    kind === 'grades'
      ? each(gainOf(term))
      : (fromScores?.(values, s.shape[1], term) ?? each((value) => value))
  return loss(s, tf.tensor2d(wanted, s.shape), { ...term, mask })
}

interface AnyLoss {
  fromGrade?(grade: number): number
  fromScores?(values: Float32Array, n: number, options: Term): Float32Array
  loss(s: tf.Tensor2D, targets: tf.Tensor2D, options: Term & Masked): tf.Scalar
}
