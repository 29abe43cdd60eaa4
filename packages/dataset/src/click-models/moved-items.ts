// Estimates examination probabilities from the items that were shown at several positions only. The clicks of
// such an item are distributed over positions like impressions times examination, whatever its attraction:
// Poisson regression with an effect for every item (Hausman, Hall and Griliches 1984). It makes no assumption
// about the distribution of attraction.
import { breathe } from '@disranker/stage'
import type { Observations } from './propensity.ts'

/**
 * weight of the initial guess, in clicks of a position: it decides if few items moved, and hardly counts if
 * many did
 */
const LEAN = 20
const ROUNDS = 2000
const TOLERANCE = 1e-5

/**
 * @param guess [positions]: examination from another estimate; 1 for the first
 * @returns [positions]: 1 for the first
 */
export async function learnFromMoves(
  observations: Observations,
  guess: readonly number[],
): Promise<readonly number[]> {
  const { begins, position, impressions, clicks } = movedItems(observations)
  const clicked = new Float64Array(guess.length)
  for (const [row, count] of clicks.entries()) clicked[position[row]!]! += count
  let theta = Float64Array.from(guess)
  for (let round = 0; round < ROUNDS; round++) {
    const expected = new Float64Array(guess.length)
    for (let item = 0; item + 1 < begins.length; item++) {
      let [count, looks] = [0, 0]
      for (let row = begins[item]!; row < begins[item + 1]!; row++) {
        count += clicks[row]!
        looks += impressions[row]! * theta[position[row]!]!
      }
      for (let row = begins[item]!; row < begins[item + 1]!; row++)
        expected[position[row]!]! += (impressions[row]! * count) / looks
    }
    const next = theta.map((_, k) => (clicked[k]! + LEAN) / (expected[k]! + LEAN / Math.max(1e-3, guess[k]!)))
    const first = next[0]!
    const scaled = next.map((value) => value / first)
    const moved = scaled.reduce((most, value, k) => Math.max(most, Math.abs(value / theta[k]! - 1)), 0)
    theta = scaled
    if (moved < TOLERANCE) break
    if (round % 8 === 7) await breathe()
  }
  return Array.from(theta, (value) => Math.min(1, value))
}

/** The rows of the items that were clicked and shown at more than one position; positions from 0. */
function movedItems({ item, position, impressions, clicks }: Observations) {
  const begins = [0]
  const rows: number[] = []
  for (let from = 0; from < item.length; ) {
    let to = from
    let count = 0
    for (; to < item.length && item[to] === item[from]; to++) count += clicks[to]!
    if (to - from > 1 && count > 0) {
      for (let row = from; row < to; row++) rows.push(row)
      begins.push(rows.length)
    }
    from = to
  }
  return {
    begins: Int32Array.from(begins),
    position: Uint8Array.from(rows, (row) => position[row]! - 1),
    impressions: Float64Array.from(rows, (row) => impressions[row]!),
    clicks: Float64Array.from(rows, (row) => clicks[row]!),
  }
}
