import { expect, it } from 'vitest'
import { seededSampler } from '../records/seeded-sampler.ts'
import { learnFromMoves } from './moved-items.ts'

const LOOKS = [1, 0.5, 0.33, 0.1]

/** Items of very different attraction, shown mostly at one position; `times` views an item, drawn. */
function observe(items: number, times: number, moving: number) {
  const sampler = seededSampler(1, 'views')
  const rows: [number, number, number, number][] = []
  for (let item = 0; item < items; item++) {
    const home = item % LOOKS.length
    // what stands on top attracts
    const attraction = sampler.uniform() ** (1 + home)
    const shown = LOOKS.map(() => 0)
    const clicked = LOOKS.map(() => 0)
    for (let view = 0; view < times; view++) {
      const position = sampler.uniform() < moving ? sampler.integer(LOOKS.length) : home
      shown[position]!++
      if (sampler.uniform() < LOOKS[position]! * attraction) clicked[position]!++
    }
    for (const [position, impressions] of shown.entries())
      if (impressions > 0) rows.push([item, position + 1, impressions, clicked[position]!])
  }
  return {
    item: Int32Array.from(rows, ([item]) => item),
    position: Uint8Array.from(rows, ([, position]) => position),
    impressions: Float64Array.from(rows, ([, , impressions]) => impressions),
    clicks: Float64Array.from(rows, ([, , , clicks]) => clicks),
  }
}

it('finds how positions are looked at, whatever the guess and however attraction is spread', async () => {
  const found = await learnFromMoves(observe(2000, 300, 0.2), [1, 0.9, 0.9, 0.9])
  for (const [k, look] of found.entries()) expect(Math.abs(look / LOOKS[k]! - 1)).toBeLessThan(0.04)
})

it('finds it where items have few views each, too', async () => {
  const found = await learnFromMoves(observe(40_000, 8, 0.3), [1, 0.6, 0.6, 0.6])
  for (const [k, look] of found.entries()) expect(Math.abs(look / LOOKS[k]! - 1)).toBeLessThan(0.06)
})

it('leaves a guess alone where nothing moved', async () => {
  expect(await learnFromMoves(observe(100, 10, 0), [1, 0.6, 0.4, 0.2])).toEqual([1, 0.6, 0.4, 0.2])
})
