import { expect, it } from 'vitest'
import { fitPositionModel, type Observations } from './propensity.ts'
import { seededSampler } from './seeded-sampler.ts'

const PLANTED = [1, 0.6, 0.4, 0.28, 0.2, 0.15]

/** Clicks by the model itself; `place` says where impression `i` of a pair is shown, from 0. */
function draw(
  pairs: number,
  impressions: number,
  attraction: (pair: number) => number,
  place: (pair: number, i: number, uniform: () => number) => number,
): Observations {
  const { uniform } = seededSampler(3, 'planted')
  const rows = Array.from({ length: pairs }).flatMap((_, pair) => {
    const clicks = PLANTED.map(() => 0)
    const shown = PLANTED.map(() => 0)
    for (let i = 0; i < impressions; i++) {
      const k = place(pair, i, uniform)
      shown[k]!++
      if (uniform() < PLANTED[k]! * attraction(pair)) clicks[k]!++
    }
    return shown.flatMap((count, k) =>
      count > 0 ? [{ pair, place: k + 1, impressions: count, clicks: clicks[k]! }] : [],
    )
  })
  return columns(rows)
}

const columns = (
  rows: readonly { pair: number; place: number; impressions: number; clicks: number }[],
): Observations => ({
  pair: Int32Array.from(rows, ({ pair }) => pair),
  place: Uint8Array.from(rows, ({ place }) => place),
  impressions: Float64Array.from(rows, ({ impressions }) => impressions),
  clicks: Float64Array.from(rows, ({ clicks }) => clicks),
})

function expectPlanted(examination: readonly number[]) {
  expect(examination).toHaveLength(PLANTED.length)
  for (const [k, value] of examination.entries())
    expect(Math.abs(value / PLANTED[k]! - 1), `position ${k + 1}: ${value}`).toBeLessThan(0.1)
}

it('recovers planted propensities within 10 % from many impressions a pair', async () => {
  const rows = draw(
    300,
    1200,
    (pair) => 0.05 + (0.9 * pair) / 300,
    (_, i) => i % PLANTED.length,
  )
  const { examination, moved } = await fitPositionModel(rows)
  expectPlanted(examination)
  expect(moved).toBe(1)
})

it('recovers them from few impressions a pair, most of them where the first stage put a better document', async () => {
  // six documents a query in falling order of attraction, shuffled in three of ten impressions
  const rows = draw(
    60_000,
    8,
    (pair) => 0.6 / (1 + (pair % 6)) + (pair % 7) * 0.03,
    (pair, _, uniform) => (uniform() < 0.3 ? Math.floor(uniform() * 6) : pair % 6),
  )
  expectPlanted((await fitPositionModel(rows)).examination)
})

it('says when no pair was ever shown at two positions', async () => {
  const rows = draw(
    60,
    10,
    () => 0.5,
    (pair) => pair % 6,
  )
  expect((await fitPositionModel(rows)).moved).toBe(0)
})

it('does not mind a position that was never shown', async () => {
  const { examination } = await fitPositionModel(
    columns([
      { pair: 0, place: 1, impressions: 100, clicks: 40 },
      { pair: 0, place: 3, impressions: 100, clicks: 10 },
    ]),
  )
  expect(examination[2]).toBeCloseTo(0.25, 1)
  expect(examination.every(Number.isFinite)).toBe(true)
})
