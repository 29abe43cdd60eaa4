// What a request may cost: the tokens that a model computes within the CPU time a server gives to one. A Worker's clock stands
// still while it computes, so the cost of a token is not measured there: a bundle states it, or it follows from its shape.
import type { BundleConfig } from '@disranker/reranker'
import type { Limits } from '../limits.ts'

/** multiplications and additions a ms: half of what int8 students of 2 to 6 layers do in workerd on Zen 4 and Zen 5 */
const RATE = 8e6

/** CPU ms of a token. */
export function tokenCost({
  disranker,
  ...config
}: Pick<BundleConfig, 'disranker'> & Record<string, unknown>): number {
  if (disranker.cost !== undefined) return disranker.cost.millisecondsPerToken
  const size = (name: string, otherwise: number) =>
    typeof config[name] === 'number' ? config[name] : otherwise
  const width = size('hidden_size', 128)
  const layer = 4 * width * width + 2 * width * size('intermediate_size', 4 * width)
  return (size('num_hidden_layers', 2) * layer) / RATE
}

/** Tokens of a request, all documents together. */
export function tokenBudget(config: BundleConfig, { tokens, cpuMilliseconds }: Limits): number {
  return Math.max(1, Math.min(tokens, Math.floor(cpuMilliseconds / tokenCost(config))))
}
