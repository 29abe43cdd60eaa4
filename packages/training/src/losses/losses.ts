// The losses that a recipe may name. A new one is a file in this folder and an entry here: recipes, their checks, the docs and
// the training follow.
import type * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { count, share } from '../number-parts.ts'
import type { Masked } from './groups.ts'
import { hybrid } from './hybrid.ts'
import { infoNce } from './info-nce.ts'
import { lambdaLoss } from './lambda-loss.ts'
import { listwiseCrossEntropy } from './listwise-cross-entropy.ts'
import { listwiseKl } from './listwise-kl.ts'
import { pairwiseMargin } from './pairwise-margin.ts'
import { rankNet } from './rank-net.ts'

interface LossDefinition<Shape extends z.ZodRawShape> {
  /** what a recipe may say of it */
  readonly options: Shape
  /** whether a recipe may say the gain of each grade; a loss on the order alone has no use for it */
  readonly gains: boolean
  /** what a grade is where the recipe gives no gains; the grade itself by default */
  fromGrade?(grade: number): number
  /** what a teacher's scores are, [G * n], NaN where one is not known; themselves by default */
  fromScores?(values: Float32Array, n: number, options: z.output<z.ZodObject<Shape>>): Float32Array
  /** @param targets [G, n], as the two above make them */
  loss(s: tf.Tensor2D, targets: tf.Tensor2D, options: z.output<z.ZodObject<Shape>> & Masked): tf.Scalar
}

const defineLoss = <Shape extends z.ZodRawShape>(loss: LossDefinition<Shape>) => loss

const temperature = z.number().positive().max(1000)
const gap = z.number().min(0).exactOptional()
const gainOf = (grade: number) => 2 ** grade - 1

export const LOSSES = {
  /** with alpha 1 pointwise MSE, with alpha 0 margin MSE */
  hybrid: defineLoss({ options: { alpha: share }, gains: true, loss: hybrid }),
  'listwise-kl': defineLoss({ options: { temperature }, gains: true, loss: listwiseKl }),
  listwise: defineLoss({
    options: { temperature: temperature.exactOptional() },
    gains: true,
    fromGrade: gainOf,
    fromScores: (values, n, { temperature: T = 1 }) =>
      eachRow(values, n, (value, row) => Math.exp((value - Math.max(...row)) / T)),
    loss: listwiseCrossEntropy,
  }),
  'pairwise-margin': defineLoss({
    options: { margin: z.number().positive(), lowWeight: share.exactOptional(), gap },
    gains: false,
    loss: pairwiseMargin,
  }),
  'rank-net': defineLoss({ options: { gap }, gains: false, loss: rankNet }),
  'info-nce': defineLoss({ options: { temperature, gap }, gains: false, loss: infoNce }),
  lambda: defineLoss({
    options: { k: count, sigma: z.number().positive() },
    gains: true,
    fromGrade: gainOf,
    // a teacher's scores have no zero of their own: the lowest of the group gains nothing
    fromScores: (values, n) => eachRow(values, n, (value, row) => 2 ** (value - Math.min(...row)) - 1),
    loss: lambdaLoss,
  }),
}

type Losses = typeof LOSSES

/** A loss with its options, as a recipe has it. */
export type Loss = {
  [Name in keyof Losses]: { readonly loss: Name } & Readonly<z.output<z.ZodObject<Losses[Name]['options']>>>
}[keyof Losses]

/** Of each row, over what is known; 0 where it is not known. */
const eachRow = (
  values: Float32Array,
  n: number,
  of: (value: number, row: Float32Array) => number,
): Float32Array =>
  values.map((value, at) => {
    if (Number.isNaN(value)) return 0
    const from = at - (at % n)
    return of(
      value,
      values.subarray(from, from + n).filter((other) => !Number.isNaN(other)),
    )
  })
