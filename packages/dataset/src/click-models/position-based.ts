// The position-based model (Craswell et al. 2008): P(click) = examination(place) * attraction(query, document), whatever else
// happened on the page.
import { fitPositionModel, type Observations } from '../propensity.ts'
import { fitPrior } from './attraction-prior.ts'
import type { ClickModel, Evidence, ViewBlock } from './view-block.ts'

/** rounds after which no look moves by more than a thousandth */
const ROUNDS = 12

export async function fitPositionBased(
  block: ViewBlock,
  observations: Observations,
): Promise<ClickModel & { readonly moved: number }> {
  const { examination, moved } = await fitPositionModel(observations)
  let prior = { alpha: 0.5, beta: 2 }
  for (let round = 0; round < 4; round++) prior = fitPrior(explain(block, examination, prior))
  return {
    name: 'position-based',
    prior,
    examination,
    moved,
    explain: (other) => explain(other, examination, prior),
    predict: (other, attraction) =>
      Float64Array.from(
        other.pair,
        (pair, row) => (examination[other.place[row]! - 1] ?? 0) * attraction[pair]!,
      ),
  }
}

function explain(
  block: ViewBlock,
  examination: readonly number[],
  { alpha, beta }: ClickModel['prior'],
): Evidence {
  const clicks = new Float64Array(block.pairs)
  for (let view = 0; view < block.times.length; view++)
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++)
      if (block.clicked[row] === 1) clicks[block.pair[row]!]! += block.times[view]!
  let examined = new Float64Array(block.pairs)
  let attraction = new Float64Array(block.pairs).fill(alpha / (alpha + beta))
  for (let round = 0; round < ROUNDS; round++) {
    examined = clicks.slice()
    for (let view = 0; view < block.times.length; view++)
      for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
        if (block.clicked[row] === 1) continue
        const pair = block.pair[row]!
        const look = examination[block.place[row]! - 1] ?? 0
        examined[pair]! +=
          (block.times[view]! * look * (1 - attraction[pair]!)) / (1 - look * attraction[pair]!)
      }
    attraction = clicks.map((count, pair) => (alpha + count) / (alpha + beta + examined[pair]!))
  }
  return { clicks, examined }
}
