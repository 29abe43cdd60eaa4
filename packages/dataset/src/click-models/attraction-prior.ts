// How attractive documents are in this log before anything is known of one: a Beta distribution, its mean the share of
// looks that end in a click, its width by how much more the pairs differ than chance alone explains (the moments of the
// beta-binomial; Kleinman 1973).
import type { Evidence, Prior } from './view-block.ts'

/** strength of the prior in looks, alpha + beta: never so weak that one look decides, never so strong that none does */
const STRENGTH = { least: 1, most: 30 } as const

export function fitPrior({ clicks, examined }: Evidence): Prior {
  let pairs = 0
  let total = 0
  let clicked = 0
  let squares = 0
  for (const [pair, looks] of examined.entries()) {
    if (looks < 1e-6) continue
    pairs++
    total += looks
    clicked += clicks[pair]!
    squares += looks * looks
  }
  const mean = Math.min(0.95, Math.max(0.005, clicked / Math.max(1, total)))
  let spread = 0
  for (const [pair, looks] of examined.entries())
    if (looks >= 1e-6) spread += looks * (clicks[pair]! / looks - mean) ** 2
  const chance = mean * (1 - mean)
  const correlation = (spread - (pairs - 1) * chance) / ((total - squares / Math.max(1, total)) * chance)
  const strength = correlation > 0 ? 1 / correlation - 1 : STRENGTH.most
  const bounded = Math.min(STRENGTH.most, Math.max(STRENGTH.least, strength))
  return { alpha: mean * bounded, beta: (1 - mean) * bounded }
}
