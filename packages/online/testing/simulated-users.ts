// Simulated users with planted effects, for the tests of the statistics: the number of searches varies a lot
// between users (heavy tails), and a user's behaviour before the start predicts the behaviour after it.
// Synthetic, not from a log.
import { uniformsOf } from '@disranker/experiments'
import type { Unit } from '../src/comparison/moments.ts'

/** Draws a user's searches, clicks, and both before the start; `uplift` is added to the click probability. */
export function createUsers(seed: string): (uplift: number) => Unit {
  const uniform = uniformsOf(seed)
  const searches = () => 1 + Math.floor((1 - uniform()) ** -0.55 - 1)
  const clicks = (count: number, chance: number) => {
    let clicked = 0
    for (let search = 0; search < count; search++) if (uniform() < chance) clicked++
    return clicked
  }
  return (uplift) => {
    const chance = 0.15 + 0.5 * uniform()
    const [during, before] = [Math.min(200, searches()), Math.min(200, searches())]
    return [clicks(during, chance + uplift), during, clicks(before, chance), before]
  }
}
