// The lines of a recipe that say what a ranking model learns: losses, each on grades or on a teacher's scores, and what each
// weighs. A target that is not known is NaN; the document then takes no part in the losses on it.
import { InputError } from '@disranker/stage'
import * as tf from '@tensorflow/tfjs'
import { hybrid } from './hybrid.ts'
import { infoNce } from './info-nce.ts'
import { lambdaLoss } from './lambda-loss.ts'
import { listwiseCrossEntropy } from './listwise-cross-entropy.ts'
import { listwiseKl } from './listwise-kl.ts'
import { pairwiseMargin } from './pairwise-margin.ts'
import { rankNet } from './rank-net.ts'

/** `hybrid` with alpha 1 is pointwise MSE, with alpha 0 margin MSE. */
export type Loss =
  | { readonly loss: 'hybrid'; readonly alpha: number }
  | { readonly loss: 'listwise-kl'; readonly temperature: number }
  | { readonly loss: 'listwise'; readonly temperature?: number }
  | {
      readonly loss: 'pairwise-margin'
      readonly margin: number
      readonly lowWeight?: number
      readonly gap?: number
    }
  | { readonly loss: 'rank-net'; readonly gap?: number }
  | { readonly loss: 'info-nce'; readonly temperature: number; readonly gap?: number }
  | { readonly loss: 'lambda'; readonly k: number; readonly sigma: number }

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
      `The recipe's objective has ${term.loss} on ${kind}, and this stage has none. Fix the recipe.`,
    )
  const known = values.map((value) => (Number.isNaN(value) ? 0 : 1))
  const mask = known.includes(0) ? tf.tensor2d(known, s.shape) : undefined
  const tensor = (list: Float32Array) => tf.tensor2d(list, s.shape)
  const each = (worth: (grade: number) => number) =>
    tensor(values.map((value, i) => (known[i] === 0 ? 0 : worth(value))))
  const gain = (otherwise: (grade: number) => number) => (grade: number) =>
    kind === 'scores' || term.gains === undefined
      ? otherwise(grade)
      : (term.gains[grade] ?? term.gains.at(-1) ?? 0)
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
      // a teacher's scores have no zero of their own: the lowest of the group gains nothing
      const gains = kind === 'grades' ? each(gain((grade) => 2 ** grade - 1)) : tensor(rise(values, n))
      return lambdaLoss(s, gains, { ...term, mask })
    }
    default:
      throw new InputError(
        `The recipe's objective is ${JSON.stringify(term)}; wanted a loss out of hybrid, listwise-kl, listwise, pairwise-margin, rank-net, info-nce, lambda. Fix the recipe.`,
      )
  }
}

/** Of each row, over what is known: exp(t / T), the highest being 1; 0 where it is not known. */
const softmax = (values: Float32Array, n: number, temperature = 1) =>
  eachRow(values, n, (value, row) => Math.exp((value - Math.max(...row)) / temperature))

/** Of each row, over what is known: 2^(t - lowest) - 1; 0 where it is not known. */
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
