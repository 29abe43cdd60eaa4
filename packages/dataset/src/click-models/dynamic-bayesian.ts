// The dynamic Bayesian model (Chapelle and Zhang 2009): a user reads down from the top, clicks attractive
// documents, stops when a click satisfied, and else continues with probability `perseverance`. It is fitted
// by expectation maximisation: everything above the last click was examined; examination below it is a
// probability.
import { breathe } from '@disranker/stage'
import { fitPrior, flatPrior, homePositions, meanAttraction } from './attraction-prior.ts'
import type { ClickModel, Evidence, Prior, ViewBlock } from './view-block.ts'

interface Parameters {
  readonly perseverance: number
  readonly attraction: Prior
  readonly satisfaction: Prior
}

interface Expected extends Evidence {
  /** [items]: clicks that satisfied */
  readonly satisfied: Float64Array
  /** how often a user could continue to the next position, and did */
  readonly chances: number
  readonly went: number
  /** [positions] */
  readonly looked: Float64Array
  readonly shown: Float64Array
}

const ROUNDS = { fit: 25, explain: 10 } as const

export async function fitDynamicBayesian(block: ViewBlock, positions: number): Promise<ClickModel> {
  let parameters: Parameters = {
    perseverance: 0.8,
    attraction: flatPrior(positions, 0.2, 2.5),
    satisfaction: flatPrior(positions, 0.5, 2),
  }
  const home = homePositions(block)
  let items = initial(home, parameters)
  let expected = expect(block, parameters, items, positions)
  for (let round = 0; round < ROUNDS.fit; round++) {
    parameters = {
      perseverance: Math.min(0.999, Math.max(0.01, expected.went / Math.max(1e-9, expected.chances))),
      attraction: fitPrior(expected, home, positions),
      satisfaction: fitPrior({ clicks: expected.satisfied, examined: expected.clicks }, home, positions),
    }
    items = update(expected, parameters, home)
    expected = expect(block, parameters, items, positions)
    await breathe()
  }
  const rate = (k: number) => expected.looked[k]! / Math.max(1, expected.shown[k]!)
  const first = rate(0) || 1
  return {
    name: 'dynamic-bayesian',
    prior: parameters.attraction,
    examination: Array.from({ length: positions }, (_, k) => Math.min(1, rate(k) / first)),
    explain(other) {
      const at = homePositions(other)
      let found = initial(at, parameters)
      let evidence = expect(other, parameters, found, positions)
      for (let round = 0; round < ROUNDS.explain; round++) {
        found = update(evidence, parameters, at)
        evidence = expect(other, parameters, found, positions)
      }
      return evidence
    },
    predict: (other, attraction) => predict(other, attraction, parameters),
  }
}

interface PairValues {
  readonly attraction: Float64Array
  readonly satisfaction: Float64Array
}

const initial = (home: Uint8Array, { attraction, satisfaction }: Parameters): PairValues => ({
  attraction: Float64Array.from(home, (position) => attraction.mean[position]!),
  satisfaction: Float64Array.from(home, (position) => satisfaction.mean[position]!),
})

const update = (
  expected: Expected,
  { attraction, satisfaction }: Parameters,
  home: Uint8Array,
): PairValues => ({
  attraction: meanAttraction(expected, attraction, home),
  satisfaction: meanAttraction({ clicks: expected.satisfied, examined: expected.clicks }, satisfaction, home),
})

/** The expected events behind the clicks. */
function expect(
  block: ViewBlock,
  { perseverance }: Parameters,
  values: PairValues,
  positions: number,
): Expected {
  const { attraction, satisfaction } = values
  const clicks = new Float64Array(block.items)
  const examined = new Float64Array(block.items)
  const satisfied = new Float64Array(block.items)
  const looked = new Float64Array(positions)
  const shown = new Float64Array(positions)
  // [rows of a view + 1]: probability of no click from here down, given that the user examines this row
  const silent = new Float64Array(258)
  let chances = 0
  let went = 0
  for (let view = 0; view < block.times.length; view++) {
    const times = block.times[view]!
    const from = block.start[view]!
    const rows = block.start[view + 1]! - from
    let last = rows - 1
    while (last >= 0 && block.clicked[from + last] !== 1) last--
    silent[rows] = 1
    for (let i = rows - 1; i > last; i--)
      silent[i] =
        (1 - attraction[block.item[from + i]!]!) * (1 - perseverance + perseverance * silent[i + 1]!)
    // probability that the position was examined; 1 down to the last click
    let look = 1
    for (let i = 0; i < rows; i++) {
      const row = from + i
      const item = block.item[row]!
      const k = block.position[row]! - 1
      shown[k]! += times
      looked[k]! += times * look
      examined[item]! += times * look
      if (i <= last) {
        if (block.clicked[row] === 1) clicks[item]! += times
        if (i === last) {
          const s = satisfaction[item]!
          // satisfied, or not satisfied and no further click; after the last row there is no next one
          const goesOn = 1 - perseverance + perseverance * silent[i + 1]!
          const stayed = s / (s + (1 - s) * goesOn)
          satisfied[item]! += times * stayed
          const open = 1 - stayed
          look = (open * perseverance * silent[i + 1]!) / goesOn
          if (i + 1 < rows) {
            chances += times * open
            went += times * look
          }
        } else {
          chances += times
          went += times
        }
      } else {
        const next =
          (look * perseverance * silent[i + 1]!) / (1 - perseverance + perseverance * silent[i + 1]!)
        if (i + 1 < rows) {
          chances += times * look
          went += times * next
        }
        look = next
      }
    }
  }
  return { clicks, examined, satisfied, chances, went, looked, shown }
}

function predict(
  block: ViewBlock,
  attraction: Float64Array,
  { perseverance, satisfaction }: Parameters,
): Float64Array {
  const probability = new Float64Array(block.item.length)
  for (let view = 0; view < block.times.length; view++) {
    let look = 1
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
      const a = attraction[block.item[row]!]!
      probability[row] = look * a
      look =
        block.clicked[row] === 1
          ? (1 - satisfaction.mean[block.position[row]! - 1]!) * perseverance
          : ((look * (1 - a)) / (1 - look * a)) * perseverance
    }
  }
  return probability
}
