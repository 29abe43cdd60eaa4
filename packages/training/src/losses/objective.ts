// The objective of a ranking model in a recipe: losses, each on grades or on a teacher's scores, and their
// weights. An unknown target is NaN; the losses on it then leave the document out.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { z } from 'zod'
import { count, derivedGains, type gains, share } from '../recipe-parts.ts'
import { hybrid } from './hybrid.ts'
import { infoNce } from './info-nce.ts'
import { lambdaLoss } from './lambda-loss.ts'
import { listwiseCrossEntropy } from './listwise-cross-entropy.ts'
import { listwiseKl } from './listwise-kl.ts'
import { pairwiseMargin } from './pairwise-margin.ts'
import { rankNet } from './rank-net.ts'

export type TargetKind = 'scores' | 'grades'

const temperature = z.number().positive().max(1000)
const gap = z.number().min(0).exactOptional()

/** A line of an objective; `hybrid` with alpha 1 is pointwise MSE, with alpha 0 margin MSE. */
function termOf<Gains extends z.ZodType>(kinds: readonly [TargetKind, ...TargetKind[]], gains: Gains) {
  const each = {
    /** 1 by default */
    weight: z.number().positive().exactOptional(),
    /** by default: scores if there are any, else grades */
    targets: z.enum(kinds).exactOptional(),
  }
  const graded = {
    ...each,
    /**
     * `gains[grade]` for a document of that grade: its share in `listwise`, its gain in `lambda`, the target
     * value in `hybrid` and `listwise-kl`. By default 2^grade - 1, and the grade itself as a target value
     */
    gains: gains.exactOptional(),
  }
  return z.discriminatedUnion('loss', [
    z.strictObject({ ...graded, loss: z.literal('hybrid'), alpha: share }),
    z.strictObject({ ...graded, loss: z.literal('listwise-kl'), temperature }),
    z.strictObject({ ...graded, loss: z.literal('listwise'), temperature: temperature.exactOptional() }),
    z.strictObject({ ...graded, loss: z.literal('lambda'), k: count, sigma: z.number().positive() }),
    z.strictObject({
      ...each,
      loss: z.literal('pairwise-margin'),
      margin: z.number().positive(),
      lowWeight: share.exactOptional(),
      gap,
    }),
    z.strictObject({ ...each, loss: z.literal('rank-net'), gap }),
    z.strictObject({ ...each, loss: z.literal('info-nce'), temperature, gap }),
  ])
}
export type Term = Readonly<z.output<ReturnType<typeof termOf<typeof gains>>>>
export type Objective = Term | readonly Term[]

const objectiveOf = (...kinds: [TargetKind, ...TargetKind[]]) => {
  const term = termOf(kinds, derivedGains)
  return z.union([term, z.array(term).min(1).readonly()])
}
/** of a stage that has only grades */
export const gradesObjective = objectiveOf('grades')
/** of a stage that has a teacher's scores in addition to grades */
export const objective = objectiveOf('scores', 'grades')

/** The known targets of the documents of groups, [G * n] row-major, NaN if unknown. */
export interface Targets {
  /** of a teacher */
  readonly scores?: Float32Array
  /** whole numbers from 0 */
  readonly grades?: Float32Array
}

/**
 * Weighted sum of an objective's terms.
 * @param scores [G, n] of the model that learns
 * @throws {InputError} when a loss is unknown, or the targets that it needs are missing
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
  const gains = 'gains' in term ? term.gains : undefined
  if (values === undefined)
    throw new InputError(
      `The recipe's objective has ${term.loss} on ${kind}, and this stage has none. Fix the recipe.`,
    )
  const known = values.map((value) => (Number.isNaN(value) ? 0 : 1))
  const mask = known.includes(0) ? tf.tensor2d(known, s.shape) : undefined
  const tensor = (list: Float32Array) => tf.tensor2d(list, s.shape)
  const each = (targetOf: (grade: number) => number) =>
    tensor(values.map((value, i) => (known[i] === 0 ? 0 : targetOf(value))))
  const gain = (otherwise: (grade: number) => number) => (grade: number) =>
    kind === 'scores' || gains === undefined ? otherwise(grade) : (gains[grade] ?? gains.at(-1) ?? 0)
  const value = () => each(gain((grade) => grade))
  const [, n] = s.shape
  switch (term.loss) {
    case 'hybrid':
      return hybrid(s, value(), { ...term, mask })
    case 'listwise-kl':
      return listwiseKl(s, value(), { ...term, mask })
    case 'listwise': {
      const parts =
        kind === 'grades'
          ? each(gain((grade) => 2 ** grade - 1))
          : tensor(softmax(values, n, term.temperature))
      return listwiseCrossEntropy(s, parts, { ...term, mask })
    }
    case 'pairwise-margin':
      return pairwiseMargin(s, value(), { ...term, mask })
    case 'rank-net':
      return rankNet(s, value(), { ...term, mask })
    case 'info-nce':
      return infoNce(s, value(), { ...term, mask })
    case 'lambda': {
      // a teacher's scores have no natural zero: the lowest of the group has gain 0
      const gainOfEach = kind === 'grades' ? each(gain((grade) => 2 ** grade - 1)) : tensor(rise(values, n))
      return lambdaLoss(s, gainOfEach, { ...term, mask })
    }
    default:
      throw new InputError(
        `The recipe's objective is ${JSON.stringify(term)}; wanted a loss out of hybrid, listwise-kl, listwise, pairwise-margin, rank-net, info-nce, lambda. Fix the recipe.`,
      )
  }
}

/** For each row, over the known targets: exp(t / T), scaled to a maximum of 1; 0 if unknown. */
const softmax = (values: Float32Array, n: number, temperature = 1) =>
  eachRow(values, n, (value, row) => Math.exp((value - Math.max(...row)) / temperature))

/** For each row, over the known targets: 2^(t - lowest) - 1; 0 if unknown. */
const rise = (values: Float32Array, n: number) =>
  eachRow(values, n, (value, row) => 2 ** (value - Math.min(...row)) - 1)

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
