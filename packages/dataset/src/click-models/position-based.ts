// The position-based model (Craswell et al. 2008): P(click) = examination(place) * attraction(query, document), whatever else
// happened on the page.
import { breathe } from '../breathe.ts'
import { fitPositionModel, type Observations } from '../propensity.ts'
import { fitPrior, flatPrior, homePlaces, meanAttraction, type Prior } from './attraction-prior.ts'
import type { ClickModel, Evidence, ViewBlock } from './view-block.ts'

/** rounds after which no look moves by more than a thousandth */
const ROUNDS = 12

/** impressions a pair from which on its attraction is as good as known: the levels that stand in for it only blur then */
const KNOWN = 100
const SHARPENING = 60

export async function fitPositionBased(
  block: ViewBlock,
  observations: Observations,
): Promise<ClickModel & { readonly moved: number }> {
  const fitted = await fitPositionModel(observations)
  const { moved } = fitted
  const shown = observations.impressions.reduce((sum, count) => sum + count, 0)
  const examination =
    shown >= KNOWN * block.pairs ? await sharpen(block, fitted.examination) : fitted.examination
  const home = homePlaces(block)
  let prior = flatPrior(examination.length, 0.2, 2.5)
  for (let round = 0; round < 6; round++)
    prior = fitPrior(explain(block, examination, prior), home, examination.length)
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

/** Expectation maximisation with an attraction for every pair, which many impressions allow. */
async function sharpen(block: ViewBlock, from: readonly number[]): Promise<readonly number[]> {
  let examination = from
  const prior = flatPrior(from.length, 0.2, 1)
  for (let round = 0; round < SHARPENING; round++) {
    const attraction = meanAttraction(explain(block, examination, prior), prior, homePlaces(block))
    const looked = new Float64Array(from.length)
    const shown = new Float64Array(from.length)
    for (let view = 0; view < block.times.length; view++)
      for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
        const k = block.place[row]! - 1
        const look = examination[k]!
        const a = attraction[block.pair[row]!]!
        shown[k]! += block.times[view]!
        looked[k]! += block.times[view]! * (block.clicked[row] === 1 ? 1 : (look * (1 - a)) / (1 - look * a))
      }
    const first = looked[0]! / Math.max(1, shown[0]!) || 1
    examination = from.map((look, k) => (shown[k]! > 0 ? Math.min(1, looked[k]! / shown[k]! / first) : look))
    await breathe()
  }
  return examination
}

function explain(block: ViewBlock, examination: readonly number[], prior: Prior): Evidence {
  const home = homePlaces(block)
  const clicks = new Float64Array(block.pairs)
  for (let view = 0; view < block.times.length; view++)
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++)
      if (block.clicked[row] === 1) clicks[block.pair[row]!]! += block.times[view]!
  let examined = new Float64Array(block.pairs)
  let attraction: Float64Array = Float64Array.from(home, (place) => prior.mean[place]!)
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
    attraction = meanAttraction({ clicks, examined }, prior, home)
  }
  return { clicks, examined }
}
