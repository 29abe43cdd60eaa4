import { expect, it } from 'vitest'
import { seededSampler } from '../records/seeded-sampler.ts'
import { fitPositionModel, movedShare, type Observations } from './propensity.ts'

const PLANTED = [1, 0.6, 0.4, 0.28, 0.2, 0.15]

/** Clicks by the model itself; `position` says where impression `i` of an item is shown, from 0. */
function draw(
  items: number,
  impressions: number,
  attraction: (item: number) => number,
  position: (item: number, i: number, uniform: () => number) => number,
): Observations {
  const { uniform } = seededSampler(3, 'planted')
  const rows = Array.from({ length: items }).flatMap((_, item) => {
    const clicks = PLANTED.map(() => 0)
    const shown = PLANTED.map(() => 0)
    for (let i = 0; i < impressions; i++) {
      const k = position(item, i, uniform)
      shown[k]!++
      if (uniform() < PLANTED[k]! * attraction(item)) clicks[k]!++
    }
    return shown.flatMap((count, k) =>
      count > 0 ? [{ item, position: k + 1, impressions: count, clicks: clicks[k]! }] : [],
    )
  })
  return columns(rows)
}

const columns = (
  rows: readonly { item: number; position: number; impressions: number; clicks: number }[],
): Observations => ({
  item: Int32Array.from(rows, ({ item }) => item),
  position: Uint8Array.from(rows, ({ position }) => position),
  impressions: Float64Array.from(rows, ({ impressions }) => impressions),
  clicks: Float64Array.from(rows, ({ clicks }) => clicks),
})

function expectPlanted(examination: readonly number[]) {
  expect(examination).toHaveLength(PLANTED.length)
  for (const [k, value] of examination.entries())
    expect(Math.abs(value / PLANTED[k]! - 1), `position ${k + 1}: ${value}`).toBeLessThan(0.1)
}

it('recovers planted propensities within 10 % from many impressions an item', async () => {
  const rows = draw(
    300,
    1200,
    (item) => 0.05 + (0.9 * item) / 300,
    (_, i) => i % PLANTED.length,
  )
  const examination = await fitPositionModel(rows)
  expectPlanted(examination)
  expect(movedShare(rows)).toBe(1)
})

it('recovers them from few impressions an item, most of them where the first stage put a better document', async () => {
  // six documents a query in falling order of attraction, shuffled in three of ten impressions
  const rows = draw(
    60_000,
    8,
    (item) => 0.6 / (1 + (item % 6)) + (item % 7) * 0.03,
    (item, _, uniform) => (uniform() < 0.3 ? Math.floor(uniform() * 6) : item % 6),
  )
  expectPlanted(await fitPositionModel(rows))
})

it('says when no item was ever shown at two positions', async () => {
  const rows = draw(
    60,
    10,
    () => 0.5,
    (item) => item % 6,
  )
  expect(movedShare(rows)).toBe(0)
})

it('does not mind a position that was never shown', async () => {
  const examination = await fitPositionModel(
    columns([
      { item: 0, position: 1, impressions: 100, clicks: 40 },
      { item: 0, position: 3, impressions: 100, clicks: 10 },
    ]),
  )
  expect(examination[2]).toBeCloseTo(0.25, 1)
  expect(examination.every(Number.isFinite)).toBe(true)
})
