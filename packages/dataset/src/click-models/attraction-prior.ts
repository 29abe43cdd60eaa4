// The prior of the attraction of documents in this log: a Beta distribution for every position, since a first
// stage ranks attractive documents first. Its mean is the share of examinations that end in a click. Its
// width follows from how much more items differ than chance alone explains (the moments of the beta-binomial;
// Kleinman 1973).
import type { Evidence, Prior, ViewBlock } from './view-block.ts'

/** never so weak that one examination decides, never so strong that none does */
const STRENGTH = { least: 1, most: 10 } as const
/**
 * strength, in examinations, of the mean of all positions in the mean of one: few clicks at the end of the
 * page say little
 */
const LEAN = 20

/** The same prior for every document, to start the fit. */
export const flatPrior = (positions: number, mean: number, strength: number): Prior => ({
  mean: new Float64Array(positions).fill(mean),
  strength,
})

/** [items]: the position, from 0, around which each item was shown. */
export function homePositions(block: ViewBlock): Uint8Array {
  const sum = new Float64Array(block.items)
  const shown = new Float64Array(block.items)
  for (let view = 0; view < block.times.length; view++)
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
      sum[block.item[row]!]! += block.times[view]! * (block.position[row]! - 1)
      shown[block.item[row]!]! += block.times[view]!
    }
  return Uint8Array.from(sum, (total, item) => Math.round(total / Math.max(1e-9, shown[item]!)))
}

export function fitPrior({ clicks, examined }: Evidence, home: Uint8Array, positions: number): Prior {
  const looked = new Float64Array(positions)
  const clicked = new Float64Array(positions)
  let [allLooked, allClicked] = [0, 0]
  for (let item = 0; item < examined.length; item++) {
    looked[home[item]!]! += examined[item]!
    clicked[home[item]!]! += clicks[item]!
    allLooked += examined[item]!
    allClicked += clicks[item]!
  }
  const all = allClicked / Math.max(1, allLooked)
  const mean = looked.map((looks, k) =>
    Math.min(0.95, Math.max(0.002, (clicked[k]! + LEAN * all) / (looks + LEAN))),
  )
  let [spread, chance, room] = [0, 0, 0]
  for (let item = 0; item < examined.length; item++) {
    const looks = examined[item]!
    if (looks < 1) continue
    const at = mean[home[item]!]!
    spread += looks * (clicks[item]! / looks - at) ** 2
    chance += at * (1 - at)
    room += (looks - 1) * at * (1 - at)
  }
  const correlation = room > 0 ? (spread - chance) / room : 0
  const strength = correlation > 0 ? 1 / correlation - 1 : STRENGTH.most
  return { mean, strength: Math.min(STRENGTH.most, Math.max(STRENGTH.least, strength)) }
}

/** The posterior mean of the attraction of each item. */
export function meanAttraction(
  { clicks, examined }: Evidence,
  { mean, strength }: Prior,
  home: Uint8Array,
): Float64Array {
  return clicks.map((count, item) => (strength * mean[home[item]!]! + count) / (strength + examined[item]!))
}
