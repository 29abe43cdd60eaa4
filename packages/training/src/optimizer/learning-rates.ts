// Learning rates that differ by weight: a layer further down, which knows more of language and less of the task, moves less
// (ELECTRA, Clark et al. 2020), and any part of the network by a factor of its own.
import { matchesName } from '@disranker/transformer'
import type { Rates } from '../recipe-parts.ts'

/** What the schedule's rate is multiplied by, by name. Heads and norms above the layers have 1. */
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
