// The cascade model (Craswell et al. 2008): a user reads down from the top and stops at the first click. The
// documents above the click were examined and skipped; those below it are unknown.
import { fitPrior, homePositions } from './attraction-prior.ts'
import type { ClickModel, Evidence, ViewBlock } from './view-block.ts'

export function fitCascade(block: ViewBlock, positions: number): ClickModel {
  const model = { name: 'cascade', explain, predict }
  const looked = new Float64Array(positions)
  const shown = new Float64Array(positions)
  eachRow(block, (row, times, before) => {
    const k = block.position[row]! - 1
    shown[k]! += times
    if (!before) looked[k]! += times
  })
  const first = looked[0]! / Math.max(1, shown[0]!) || 1
  return {
    ...model,
    prior: fitPrior(explain(block), homePositions(block), positions),
    examination: [...looked].map((sum, k) => (shown[k]! > 0 ? Math.min(1, sum / shown[k]! / first) : 0)),
  }
}

function explain(block: ViewBlock): Evidence {
  const clicks = new Float64Array(block.items)
  const examined = new Float64Array(block.items)
  eachRow(block, (row, times, before) => {
    const item = block.item[row]!
    const clicked = block.clicked[row]! === 1
    // a second click contradicts the model, but it is an examination all the same
    if (clicked) clicks[item]! += times
    if (clicked || !before) examined[item]! += times
  })
  return { clicks, examined }
}

function predict(block: ViewBlock, attraction: Float64Array): Float64Array {
  const probability = new Float64Array(block.item.length)
  eachRow(block, (row, _, before) => {
    probability[row] = before ? 0 : attraction[block.item[row]!]!
  })
  return probability
}

/**
 * Calls `visit` with each row, the number of times its view was seen, and whether there was a click above it.
 */
function eachRow(block: ViewBlock, visit: (row: number, times: number, before: boolean) => void): void {
  for (let view = 0; view < block.times.length; view++) {
    let before = false
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
      visit(row, block.times[view]!, before)
      if (block.clicked[row] === 1) before = true
    }
  }
}
