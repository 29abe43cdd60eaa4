// Learning rates that differ by weight: lower layers, which know more of language and less of the task,
// change less (ELECTRA, Clark et al. 2020), and any part of the network can have its own factor.
import { matchesName } from '@disranker/transformer'
import type { Rates } from '../recipe-parts.ts'

/** The factor of the schedule's rate, by name. Heads and norms above the layers have 1. */
export function rateFactors(
  names: readonly string[],
  { layerDecay = 1, parts = {} }: Rates = {},
): ReadonlyMap<string, number> {
  const layerOf = (name: string) => {
    const layer = /\blayers?\.(\d+)\./.exec(name)?.[1]
    return layer === undefined ? undefined : Number(layer)
  }
  const layers = 1 + Math.max(-1, ...names.map((name) => layerOf(name) ?? -1))
  const below = (name: string) => {
    const layer = layerOf(name)
    if (layer !== undefined) return layers - layer
    return /embed/.test(name) ? layers + 1 : 0
  }
  return new Map(
    names.map((name) => {
      const named = Object.entries(parts).findLast(([pattern]) => matchesName(pattern, name))?.[1] ?? 1
      return [name, layerDecay ** below(name) * named]
    }),
  )
}
