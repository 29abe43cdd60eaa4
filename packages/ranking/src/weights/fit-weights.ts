// Non-negative weights of a sum of scores by maximum likelihood: the softmax of the sum over a query's list
// is fitted to the query's gains (ListNet, Cao et al. 2007), with a prior for equal weights. The loss is
// convex, so the solution is unique, found by Newton's method in a few passes. nDCG itself is piecewise
// constant, and its maximum on few queries is an accident.
//   P parts, D documents of a list
import { sumColumns } from './list-quality.ts'
import type { PartList } from './part-lists.ts'

/** keeps weights finite if the lists can be ordered without an error */
const RIDGE = 1e-3
const STEPS = 25
/** a step that changes no weight by more than this is the last */
const CLOSE = 1e-3

/**
 * The weights with the least mean loss + pull / (2 * lists) * (squared distance from equal weights); lists
 * without a gain are ignored.
 * @param pull strength of the prior for equal weights, in lists
 */
export function fitWeights(lists: readonly PartList[], parts: number, pull: number): Float64Array {
  const told = lists.filter(({ targets }) => targets !== undefined)
  const weights = new Float64Array(parts).fill(1)
  if (told.length === 0) return weights
  const perList = pull / told.length
  const objective = (at: Float64Array) => meanLoss(told, at) + penalty(at, perList)
  let value = objective(weights)
  for (let step = 0; step < STEPS; step++) {
    const target = leastOfModel(weights, derivatives(told, weights, perList))
    let moved = 0
    for (let share = 1; share > 1 / 64; share /= 2) {
      const next = weights.map((weight, p) => weight + share * (target[p]! - weight))
      const reached = objective(next)
      if (reached > value) continue
      moved = Math.max(...next.map((weight, p) => Math.abs(weight - weights[p]!)))
      weights.set(next)
      value = reached
      break
    }
    if (moved < CLOSE) break
  }
  return weights
}

/** Mean over the lists of the cross entropy between gains and the softmax of the sum. */
function meanLoss(lists: readonly PartList[], weights: Float64Array): number {
  let sum = 0
  for (const { columns, targets } of lists) {
    const sums = sumColumns(columns, weights)
    const most = sums.reduce((a, b) => Math.max(a, b))
    let total = 0
    let hit = 0
    for (let d = 0; d < sums.length; d++) {
      total += Math.exp(sums[d]! - most)
      hit += targets![d]! * sums[d]!
    }
    sum += most + Math.log(total) - hit
  }
  return sum / lists.length
}

const meanWeight = (weights: Float64Array) =>
  weights.reduce((sum, weight) => sum + weight, 0) / weights.length

function penalty(weights: Float64Array, pull: number): number {
  const mean = meanWeight(weights)
  let sum = 0
  for (const weight of weights) sum += pull * (weight - mean) ** 2 + RIDGE * weight ** 2
  return sum / 2
}

interface Derivatives {
  readonly gradient: Float64Array
  /** [P, P] */
  readonly hessian: Float64Array
}

function derivatives(lists: readonly PartList[], weights: Float64Array, pull: number): Derivatives {
  const P = weights.length
  const gradient = new Float64Array(P)
  const hessian = new Float64Array(P * P)
  for (const { columns, targets } of lists) {
    const shares = softmax(sumColumns(columns, weights))
    const means = columns.map((column) => dot(shares, column))
    for (let p = 0; p < P; p++) {
      gradient[p]! += (means[p]! - dot(targets!, columns[p]!)) / lists.length
      for (let r = 0; r <= p; r++) {
        let square = 0
        for (let d = 0; d < shares.length; d++) square += shares[d]! * columns[p]![d]! * columns[r]![d]!
        hessian[p * P + r]! += (square - means[p]! * means[r]!) / lists.length
      }
    }
  }
  const mean = meanWeight(weights)
  for (let p = 0; p < P; p++) {
    gradient[p]! += pull * (weights[p]! - mean) + RIDGE * weights[p]!
    for (let r = 0; r <= p; r++) {
      hessian[p * P + r]! += (p === r ? pull + RIDGE : 0) - pull / P
      hessian[r * P + p] = hessian[p * P + r]!
    }
  }
  return { gradient, hessian }
}

function softmax(sums: Float64Array): Float64Array {
  const most = sums.reduce((a, b) => Math.max(a, b))
  let total = 0
  for (let d = 0; d < sums.length; d++) {
    sums[d] = Math.exp(sums[d]! - most)
    total += sums[d]!
  }
  return sums.map((value) => value / total)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}

/** The minimum of the quadratic model with no weight below 0, by coordinate descent. */
function leastOfModel(weights: Float64Array, { gradient, hessian }: Derivatives): Float64Array {
  const P = weights.length
  const to = weights.slice()
  for (let round = 0; round < 200; round++) {
    let moved = 0
    for (let p = 0; p < P; p++) {
      let slope = gradient[p]!
      for (let r = 0; r < P; r++) slope += hessian[p * P + r]! * (to[r]! - weights[r]!)
      const next = Math.max(0, to[p]! - slope / hessian[p * P + p]!)
      moved = Math.max(moved, Math.abs(next - to[p]!))
      to[p] = next
    }
    if (moved < 1e-8) break
  }
  return to
}
