// Every loss on every target, with and without a mask: worked by hand, its gradient against finite differences, and a batch
// in parts against the whole.
import { openBackend } from '@disranker/engine'
import { checkGradient } from '@disranker/engine/testing/check-gradient'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Objective, objectiveLoss, type TargetKind, type Targets, type Term } from './objective.ts'

beforeAll(() => openBackend('cpu'))

const at = (objective: Objective, scores: readonly number[][], targets: Targets): number =>
  tf.tidy(() => Number(objectiveLoss(objective, tf.tensor2d(scores as number[][]), targets).arraySync()))
const gradientAt = (objective: Objective, scores: readonly number[][], targets: Targets): number[] =>
  tf.tidy(() => {
    const loss = (s: tf.Tensor) => objectiveLoss(objective, s as tf.Tensor2D, targets)
    return Array.from(
      tf
        .grad(loss)(tf.tensor2d(scores as number[][]))
        .dataSync(),
    )
  })
const softplus = (x: number) => Math.log1p(Math.exp(x))
const softmax = (x: readonly number[], T = 1) => {
  const e = x.map((value) => Math.exp(value / T))
  return e.map((value) => value / e.reduce((a, b) => a + b))
}
const crossEntropy = (p: readonly number[], q: readonly number[]) =>
  -p.reduce((sum, value, i) => sum + value * Math.log(q[i]!), 0)
const none = Number.NaN

// three documents that are known, and one in the midst that is not
const s = [0.5, 1, -1]
const teacher = [1.5, 0, 0.5]
const grades = [2, 0, 1]
const masked = (x: readonly number[], hole: number) => [x[0]!, hole, x[1]!, x[2]!]

// discounts of ranks 0, 1, 2; by score the order is documents 1, 0, 2
const [d0, d1, d2] = [1, 1 / Math.log2(3), 0.5]
const lambda = (gain: readonly number[]) => {
  const ideal = gain[0]! * d0 + gain[2]! * d1
  const swap = (i: number, j: number, discount: number) =>
    ((gain[i]! - gain[j]!) * discount * softplus(s[j]! - s[i]!)) / Math.LN2 / ideal
  return swap(0, 1, d0 - d1) + swap(0, 2, d1 - d2) + swap(2, 1, d0 - d2)
}
// 0 above 2 above 1, for the teacher as for the grades
const order = {
  margin: (1 - 0.5 + 1 + 0 + 0.5 * (1 + 1 + 1)) / 2.5,
  rankNet: (softplus(0.5) + softplus(-1.5) + softplus(2)) / 3,
  infoNce: softplus(Math.log(Math.exp(1 / 2) + Math.exp(-1 / 2)) - 0.5 / 2),
}
const square = (x: readonly number[]) => x.reduce((sum, value) => sum + value ** 2, 0)

type Case = readonly [TargetKind, Term, wanted: number]
const cases: readonly Case[] = [
  // errors -1 1 -1.5, and their differences 2 .5 2.5
  ['scores', { loss: 'hybrid', alpha: 1 }, square([-1, 1, -1.5]) / 3],
  ['scores', { loss: 'hybrid', alpha: 0 }, square([2, 0.5, 2.5]) / 3],
  [
    'scores',
    { loss: 'hybrid', alpha: 0.25 },
    (0.25 * square([-1, 1, -1.5]) + 0.75 * square([2, 0.5, 2.5])) / 3,
  ],
  // errors -1.5 1 -2, and their differences 2.5 .5 3
  ['grades', { loss: 'hybrid', alpha: 1 }, square([-1.5, 1, -2]) / 3],
  ['grades', { loss: 'hybrid', alpha: 0 }, square([2.5, 0.5, 3]) / 3],
  // targets .8 .1 .4: errors -.3 .9 -1.4
  ['grades', { loss: 'hybrid', alpha: 1, gains: [0.1, 0.4, 0.8] }, square([-0.3, 0.9, -1.4]) / 3],
  [
    'scores',
    { loss: 'listwise-kl', temperature: 2 },
    4 *
      (crossEntropy(softmax(teacher, 2), softmax(s, 2)) -
        crossEntropy(softmax(teacher, 2), softmax(teacher, 2))),
  ],
  [
    'grades',
    { loss: 'listwise-kl', temperature: 1 },
    crossEntropy(softmax(grades), softmax(s)) - crossEntropy(softmax(grades), softmax(grades)),
  ],
  ['scores', { loss: 'listwise', temperature: 2 }, crossEntropy(softmax(teacher, 2), softmax(s, 2))],
  ['scores', { loss: 'listwise' }, crossEntropy(softmax(teacher), softmax(s))],
  // 2^grade - 1: 3 0 1
  ['grades', { loss: 'listwise' }, crossEntropy([0.75, 0, 0.25], softmax(s))],
  ['grades', { loss: 'listwise', gains: [1, 3, 6] }, crossEntropy([0.6, 0.1, 0.3], softmax(s))],
  ['scores', { loss: 'pairwise-margin', margin: 1, lowWeight: 0.5 }, order.margin],
  ['grades', { loss: 'pairwise-margin', margin: 1, lowWeight: 0.5 }, order.margin],
  ['scores', { loss: 'rank-net' }, order.rankNet],
  ['grades', { loss: 'rank-net' }, order.rankNet],
  // documents 2 and 1 are .5 apart, which is not more than the gap
  ['scores', { loss: 'rank-net', gap: 0.5 }, (softplus(0.5) + softplus(-1.5)) / 2],
  ['scores', { loss: 'info-nce', temperature: 2 }, order.infoNce],
  ['grades', { loss: 'info-nce', temperature: 2 }, order.infoNce],
  // documents 0 and 2 are as good, against document 1
  ['scores', { loss: 'info-nce', temperature: 1, gap: 1 }, (softplus(0.5) + softplus(2)) / 2],
  ['scores', { loss: 'lambda', k: 3, sigma: 1 }, lambda([2 ** 1.5 - 1, 0, 2 ** 0.5 - 1])],
  ['grades', { loss: 'lambda', k: 3, sigma: 1 }, lambda([3, 0, 1])],
  ['grades', { loss: 'lambda', k: 3, sigma: 1, gains: [0, 5, 6] }, lambda([6, 0, 5])],
]
const named = cases.map(
  ([kind, term, wanted]) => [`${kind} ${JSON.stringify(term)}`, kind, term, wanted] as const,
)
const targetsOf = { scores: teacher, grades }

describe('by hand', () => {
  test.each(named)('%s', (_name, kind, term, wanted) => {
    const full = { [kind]: Float32Array.from(targetsOf[kind]) }
    expect(at(term, [s], full)).toBeCloseTo(wanted, 5)
    // a document that is not known, however high its score, and a group of none: the mean is over both groups
    const short = { [kind]: Float32Array.from(masked(targetsOf[kind], none)) }
    expect(at(term, [masked(s, 9)], short)).toBeCloseTo(wanted, 5)
    const empty = { [kind]: Float32Array.of(...masked(targetsOf[kind], none), none, none, none, none) }
    expect(at(term, [masked(s, 9), [1, 2, 3, 4]], empty)).toBeCloseTo(wanted / 2, 5)
  })

  test('terms are weighed and added, each on its own targets and its own mask', () => {
    const targets = {
      scores: Float32Array.from(masked(teacher, none)),
      grades: Float32Array.from([2, 3, 0, none]),
    }
    const first: Term = { loss: 'hybrid', alpha: 0.5, targets: 'scores' }
    const second: Term = { loss: 'listwise', targets: 'grades', gains: [0, 0.1, 0.3, 1] }
    const both: Objective = [
      { ...first, weight: 0.7 },
      { ...second, weight: 0.3 },
    ]
    const x = [masked(s, 0.3)]
    expect(at(both, x, targets)).toBeCloseTo(0.7 * at(first, x, targets) + 0.3 * at(second, x, targets), 5)
    expect(at(second, x, targets)).toBeCloseTo(
      crossEntropy([0.3 / 1.3, 1 / 1.3, 0], softmax([0.5, 0.3, 1])),
      5,
    )
  })

  test('without targets named: scores where there are any', () => {
    const term: Term = { loss: 'hybrid', alpha: 1 }
    const both = { scores: Float32Array.from(teacher), grades: Float32Array.from(grades) }
    expect(at(term, [s], both)).toBe(at({ ...term, targets: 'scores' }, [s], both))
    expect(at(term, [s], { grades: both.grades })).toBe(at({ ...term, targets: 'grades' }, [s], both))
  })

  test('a filled-up group would have taught otherwise', () => {
    // what packGroups once did: the documents again
    const twice = { grades: Float32Array.from([2, 0, 1, 2]) }
    for (const loss of [{ loss: 'listwise' }, { loss: 'hybrid', alpha: 0 }] as const)
      expect(at(loss, [[...s, s[0]!]], twice)).not.toBeCloseTo(
        at(loss, [s], { grades: twice.grades.subarray(0, 3) }),
        2,
      )
  })
})

describe('gradients are those of finite differences', () => {
  const targets = {
    scores: [0.3, -1.2, 2, 0.7, 0.1, -0.4, 1.5, 0],
    grades: [2, 0, 1, 2, 0, 3, 0, 1],
  }
  const holes = [1, 6]
  test.each(named)('%s', (_name, kind, term) => {
    const whole = Float32Array.from(targets[kind])
    checkGradient([[2, 4]], (s) => objectiveLoss(term, s as tf.Tensor2D, { [kind]: whole }))
    const part = whole.map((value, i) => (holes.includes(i) ? none : value))
    checkGradient([[2, 4]], (s) => objectiveLoss(term, s as tf.Tensor2D, { [kind]: part }))
    const gradient = gradientAt(term, [targets.scores.slice(4), targets.scores.slice(0, 4)], { [kind]: part })
    for (const hole of holes) expect(Math.abs(gradient[hole]!)).toBe(0)
    expect(gradient.every(Number.isFinite)).toBe(true)
  })

  test.each(named)('nothing known, nothing to tell apart: 0, %s', (_name, kind, term) => {
    const unknown = { [kind]: new Float32Array(3).fill(none) }
    expect(Math.abs(at(term, [[40, 1, -70]], unknown))).toBe(0)
    expect(gradientAt(term, [[40, 1, -70]], unknown)).toEqual([0, 0, 0].map(() => expect.closeTo(0, 9)))
  })
})

test.each(named)('a batch in parts has the loss and the gradient of the whole: %s', (_name, kind, term) => {
  const scores = [
    [0.3, -1.2, 2],
    [0.1, 0.4, -0.5],
    [1, 0, 0.2],
    [-2, 0.6, 0.9],
  ]
  // groups of three, two, three of one target, and one
  const values = [2, 0, 1, 0, 3, none, 1, 1, 1, 2, none, none]
  const part = (from: number, to: number) =>
    [scores.slice(from, to), { [kind]: Float32Array.from(values.slice(3 * from, 3 * to)) }] as const
  const halves = [part(0, 2), part(2, 4)]
  const mean = halves.reduce((sum, half) => sum + at(term, ...half) / 2, 0)
  expect(mean).toBeCloseTo(at(term, ...part(0, 4)), 5)
  const gradients = halves.flatMap((half) => gradientAt(term, ...half)).map((value) => value / 2)
  expect(gradients).toEqual(gradientAt(term, ...part(0, 4)).map((value) => expect.closeTo(value, 5)))
})

test('an objective that there is not is refused, and one on targets that a stage has not', () => {
  const wrong = { loss: 'listnet' } as unknown as Term
  expect(() => at(wrong, [[1, 2]], { grades: new Float32Array(2) })).toThrow(
    /"listnet".*wanted a loss out of/,
  )
  const term: Term = { loss: 'rank-net', targets: 'scores' }
  expect(() => at(term, [[1, 2]], { grades: new Float32Array(2) })).toThrow(/rank-net on scores/)
})

test('leaves no tensor behind', () => {
  const scores = tf.tensor2d([s])
  const before = tf.memory().numTensors
  for (const [kind, term] of cases)
    objectiveLoss(term, scores, { [kind]: Float32Array.from(targetsOf[kind]) }).dispose()
  expect(tf.memory().numTensors).toBe(before)
})
