// The position-based model (Craswell et al. 2008): P(click) = examination(position) * attraction(query,
// document), independent of the rest of the page.

import { fitPrior, flatPrior, homePositions, meanAttraction } from './attraction-prior.ts'
import { learnFromMoves } from './moved-items.ts'
import { fitPositionModel, type Observations } from './propensity.ts'
import type { ClickModel, Evidence, Prior, ViewBlock } from './view-block.ts'

/** number of rounds after which no examination changes by more than a thousandth */
const ROUNDS = 12

/** clicks on moved items from which on they say more than the distribution of attraction does */
const MANY = 20_000

export async function fitPositionBased(
  block: ViewBlock,
  _places: number,
  observations: Observations,
): Promise<ClickModel> {
  const clicks = observations.clicks.reduce((sum, count) => sum + count, 0)
  // with enough moved items this is only a first guess, and a rough one is enough
  const guess = await fitPositionModel(observations, clicks > MANY ? { tolerance: 2e-3, iterations: 30 } : {})
  const examination = await learnFromMoves(observations, guess)
  const home = homePositions(block)
  let prior = flatPrior(examination.length, 0.2, 2.5)
  for (let round = 0; round < 6; round++)
    prior = fitPrior(explain(block, examination, prior), home, examination.length)
  return {
    name: 'position-based',
    prior,
    examination,
    explain: (other) => explain(other, examination, prior),
    predict: (other, attraction) =>
      Float64Array.from(
        other.item,
        (item, row) => (examination[other.position[row]! - 1] ?? 0) * attraction[item]!,
      ),
  }
}

function explain(block: ViewBlock, examination: readonly number[], prior: Prior): Evidence {
  const home = homePositions(block)
  const clicks = new Float64Array(block.items)
  for (let view = 0; view < block.times.length; view++)
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++)
      if (block.clicked[row] === 1) clicks[block.item[row]!]! += block.times[view]!
  let examined = new Float64Array(block.items)
  let attraction: Float64Array = Float64Array.from(home, (position) => prior.mean[position]!)
  for (let round = 0; round < ROUNDS; round++) {
    examined = clicks.slice()
    for (let view = 0; view < block.times.length; view++)
      for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
        if (block.clicked[row] === 1) continue
        const item = block.item[row]!
        const look = examination[block.position[row]! - 1] ?? 0
        examined[item]! +=
          (block.times[view]! * look * (1 - attraction[item]!)) / (1 - look * attraction[item]!)
      }
    attraction = meanAttraction({ clicks, examined }, prior, home)
  }
  return { clicks, examined }
}
