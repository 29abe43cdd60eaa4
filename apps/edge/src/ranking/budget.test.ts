import { expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '../limits.ts'
import { tokenBudget, tokenCost } from './budget.ts'

const encoding = { form: 'bert', maxLength: 80, maxQuery: 28, maxTitle: 14, maxSummary: 32 } as const
const model = (
  num_hidden_layers: number,
  hidden_size: number,
  engine = 'onnxruntime',
  cost?: { millisecondsPerToken: number },
) => ({
  config: {
    model_type: 'bert',
    num_hidden_layers,
    hidden_size,
    intermediate_size: 4 * hidden_size,
    disranker: { encoding, ...(cost && { cost }) },
  },
  engine,
})

it('a token costs what the layers and their width come to on an engine, or what the bundle says', () => {
  // 12 x 128 x 128 x 2 / 8e6
  expect(tokenCost(model(2, 128))).toBeCloseTo(0.0492, 4)
  expect(tokenCost(model(6, 384))).toBeCloseTo(1.327, 3)
  expect(tokenCost(model(6, 384, 'fused, relaxed', { millisecondsPerToken: 0.5 }))).toBe(0.5)
  const rising = ['fused, relaxed', 'fused, exact', 'onnxruntime'].map((engine) =>
    tokenCost(model(2, 128, engine)),
  )
  expect(rising).toEqual(rising.toSorted((a, b) => a - b))
  expect(rising[2]! / rising[0]!).toBeCloseTo(1.75, 2)
  expect(tokenCost(model(2, 128, 'my own'))).toBe(tokenCost(model(2, 128)))
})

it('the budget is what fits into the CPU time, and no more than MAX_TOKENS', () => {
  expect(tokenBudget(model(2, 128), { ...DEFAULT_LIMITS, cpuMilliseconds: 1_000 })).toBe(20_345)
  expect(tokenBudget(model(2, 128, 'fused, relaxed'), { ...DEFAULT_LIMITS, cpuMilliseconds: 1_000 })).toBe(
    35_603,
  )
  expect(tokenBudget(model(6, 384), DEFAULT_LIMITS)).toBeGreaterThan(7_000)
  expect(tokenBudget(model(2, 128), { ...DEFAULT_LIMITS, tokens: 500 })).toBe(500)
})
