// Every ranking loss: a case worked by hand. Gradients, masks and targets of the other kind: objective.test.ts.
import { openBackend } from '@disranker/engine'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { hybrid } from './hybrid.ts'
import { infoNce } from './info-nce.ts'
import { lambdaLoss } from './lambda-loss.ts'
import { listwiseCrossEntropy } from './listwise-cross-entropy.ts'
import { listwiseKl } from './listwise-kl.ts'
import { marginMse } from './margin-mse.ts'
import { pairwiseMargin } from './pairwise-margin.ts'
import { pointwiseMse } from './pointwise-mse.ts'
import { rankNet } from './rank-net.ts'

type Loss = (scores: tf.Tensor2D, targets: tf.Tensor2D) => tf.Scalar

const at = (loss: Loss, scores: number[][], targets: number[][]): number =>
  tf.tidy(() => Number(loss(tf.tensor2d(scores), tf.tensor2d(targets)).arraySync()))
const softplus = (x: number) => Math.log1p(Math.exp(x))

beforeAll(() => openBackend('cpu'))

describe('from a teacher', () => {
  const [s, t] = [[[1, 3]], [[0, 5]]]

  test('pointwise MSE: errors 1 and -2', () => {
    expect(at(pointwiseMse, s, t)).toBeCloseTo((1 + 4) / 2, 6)
  })

  test('margin MSE: margin -2 for -5, either way round', () => {
    expect(at(marginMse, s, t)).toBeCloseTo(9, 6)
  })

  test('margin MSE: mean over the ordered pairs of all groups, blind to a shift', () => {
    // differences of the errors 0, 1, 3: squares 1, 9, 4, each twice; the other group has none
    const three = [
      [10, 11, 13],
      [4, 4, 4],
    ]
    expect(
      at(marginMse, three, [
        [0, 0, 0],
        [7, 7, 7],
      ]),
    ).toBeCloseTo((2 * (1 + 9 + 4)) / 12, 5)
    expect(at(marginMse, [[3]], [[8]])).toBe(0)
  })

  test('hybrid: alpha of the one, the rest of the other', () => {
    expect(at((s, t) => hybrid(s, t, { alpha: 0.25 }), s, t)).toBeCloseTo(0.25 * 2.5 + 0.75 * 9, 5)
    expect(at((s, t) => hybrid(s, t, { alpha: 1 }), s, t)).toBe(at(pointwiseMse, s, t))
    expect(at((s, t) => hybrid(s, t, { alpha: 0 }), s, t)).toBe(at(marginMse, s, t))
    expect(() => at((s, t) => hybrid(s, t, { alpha: 1.5 }), s, t)).toThrow(/alpha 1.5; wanted 0/)
  })

  test('listwise KL: three quarters and a quarter against halves', () => {
    const kl =
      (temperature: number): Loss =>
      (s, t) =>
        listwiseKl(s, t, { temperature })
    const wanted = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5)
    expect(at(kl(1), [[2, 2]], [[Math.log(3), 0]])).toBeCloseTo(wanted, 6)
    expect(at(kl(2), [[2, 2]], [[2 * Math.log(3), 0]])).toBeCloseTo(4 * wanted, 6)
    expect(at(kl(1), [[5, 1]], [[104, 100]])).toBeCloseTo(0, 5)
  })
})

describe('from grades', () => {
  const one = [[2, 1, 0]]
  const scores = [[0.5, 1, 0]]

  test('pairwise margin: mean over the pairs of unequal grades', () => {
    const loss: Loss = (s, grades) => pairwiseMargin(s, grades, { margin: 1 })
    // (2,1): 1 - .5 + 1; (2,0): 1 - .5 + 0; (1,0): 1 - 1 + 0
    expect(at(loss, scores, one)).toBeCloseTo((1.5 + 0.5 + 0) / 3, 6)
    expect(at(loss, [[3, 1]], [[1, 0]])).toBe(0)
    expect(at(loss, [[3, 1]], [[1, 1]])).toBe(0)
  })

  test('pairwise margin: pairs below the highest grade weigh less', () => {
    const loss: Loss = (s, grades) => pairwiseMargin(s, grades, { margin: 2, lowWeight: 0.5 })
    expect(at(loss, scores, one)).toBeCloseTo((2.5 + 1.5 + 0.5 * 1) / 2.5, 6)
  })

  test('a group weighs as any other, however many pairs it has', () => {
    const two = [
      [0.5, 1, 0],
      [0, 0, 2],
    ]
    const grades = [
      [2, 1, 0],
      [1, 0, 0],
    ]
    const loss: Loss = (s, grades) => pairwiseMargin(s, grades, { margin: 1 })
    // the second: 1 - 0 + 0 and 1 - 0 + 2
    expect(at(loss, two, grades)).toBeCloseTo(((1.5 + 0.5 + 0) / 3 + (1 + 3) / 2) / 2, 6)
  })

  test('RankNet', () => {
    expect(at(rankNet, scores, one)).toBeCloseTo((softplus(0.5) + softplus(-0.5) + softplus(-1)) / 3, 6)
    expect(at(rankNet, [[3, 1]], [[2, 2]])).toBe(0)
  })

  test('listwise cross entropy', () => {
    // p = 3/4, 1/4; softmax 1/3, 2/3
    const wanted = -(0.75 * Math.log(1 / 3) + 0.25 * Math.log(2 / 3))
    expect(at(listwiseCrossEntropy, [[0, Math.log(2)]], [[3, 1]])).toBeCloseTo(wanted, 6)
    expect(at(listwiseCrossEntropy, [[0, 1]], [[0, 0]])).toBeCloseTo(0, 9)
  })

  test('InfoNCE: each best document against all of lower grades, not against its like', () => {
    const loss: Loss = (s, grades) => infoNce(s, grades, { temperature: 0.5 })
    const e = (x: number) => Math.exp(x / 0.5)
    const lower = e(0.5) + e(0)
    const wanted = -(Math.log(e(1) / (e(1) + lower)) + Math.log(e(2) / (e(2) + lower))) / 2
    expect(at(loss, [[1, 0.5, 2, 0]], [[3, 1, 3, 0]])).toBeCloseTo(wanted, 5)
    expect(
      at(
        loss,
        [
          [1, 2],
          [0, 0],
        ],
        [
          [1, 1],
          [1, 0],
        ],
      ),
    ).toBeCloseTo(Math.LN2 / 2, 5)
    expect(at(loss, [[1, 2]], [[1, 1]])).toBe(0)
  })

  test('lambda loss: a swap of ranks 1 and 2 changes nDCG by what it changes', () => {
    const loss =
      (k: number): Loss =>
      (s, gains) =>
        lambdaLoss(s, gains, { k, sigma: 2 })
    // gains 3 and 1, ranked the wrong way round
    const ideal = 3 + 1 / Math.log2(3)
    const delta = (2 * (1 - 1 / Math.log2(3))) / ideal
    const cost = softplus(2 * 0.5) / Math.LN2
    expect(at(loss(10), [[1, 1.5]], [[3, 1]])).toBeCloseTo(delta * cost, 5)
    // with k = 1 only the first position counts
    expect(at(loss(1), [[1, 1.5]], [[3, 1]])).toBeCloseTo((2 / 3) * cost, 5)
    expect(
      at(
        loss(10),
        [
          [1, 1.5],
          [1, 2],
        ],
        [
          [3, 1],
          [0, 0],
        ],
      ),
    ).toBeCloseTo((delta * cost) / 2, 5)
  })

  test('lambda loss: nothing beyond rank k counts', () => {
    const loss: Loss = (s, gains) => lambdaLoss(s, gains, { k: 1, sigma: 1 })
    const two = at(loss, [[3, 2]], [[2, 0]])
    // the third document could only change places with the second
    expect(at(loss, [[3, 2, 1]], [[2, 0, 0]])).toBeCloseTo(two + softplus(-2) / Math.LN2, 5)
  })
})

test('losses leave no tensor behind', () => {
  const [s, t] = [tf.tensor2d([[1, 2, 3]]), tf.tensor2d([[2, 1, 0]])]
  const before = tf.memory().numTensors
  const all: Loss[] = [
    pointwiseMse,
    marginMse,
    rankNet,
    listwiseCrossEntropy,
    (s, t) => hybrid(s, t, { alpha: 0.5 }),
    (s, t) => listwiseKl(s, t, { temperature: 1 }),
    (s, t) => pairwiseMargin(s, t, { margin: 1 }),
    (s, t) => infoNce(s, t, { temperature: 1 }),
    (s, t) => lambdaLoss(s, t, { k: 2, sigma: 1 }),
  ]
  for (const loss of all) loss(s, t).dispose()
  expect(tf.memory().numTensors).toBe(before)
})
