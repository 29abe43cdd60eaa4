// The token budget of a request: the tokens that a model computes within the server's limit of CPU time. A
// Worker's clock does not advance while it computes, so the cost of a token is not measured there: the bundle
// states it, or it is estimated from the model's shape and the engine.
import { multiplyAdds, type Reranker } from '@disranker/reranker'
import type { Limits } from '../limits.ts'

/**
 * Multiplications and additions in a ms, by engine: half of the speed of int8 students of 2 to 6 layers on
 * Zen 4 and Zen 5, in workerd, or in Node for the native engine.
 */
const RATES: readonly (readonly [engine: string, rate: number])[] = [
  ['fused, relaxed', 14e6],
  ['fused', 9e6],
  ['onnxruntime, native', 30e6],
  ['onnxruntime', 8e6],
]

/** The inputs for the estimate of a token's cost. */
export type Costed = Pick<Reranker, 'config' | 'engine'>

/** CPU ms of a token. */
export function tokenCost({ config, engine }: Costed): number {
  const { cost } = config.disranker
  if (cost !== undefined) return cost.millisecondsPerToken
  // an engine of the program is assumed to be the slowest
  const [, rate] = RATES.find(([name]) => engine.startsWith(name)) ?? RATES.at(-1)!
  return multiplyAdds(config) / rate
}

/** Maximal tokens of a request, all documents together. */
export function tokenBudget(reranker: Costed, { tokens, cpuMilliseconds }: Limits): number {
  return Math.max(1, Math.min(tokens, Math.floor(cpuMilliseconds / tokenCost(reranker))))
}
