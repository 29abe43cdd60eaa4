import { openBackend } from '@disranker/engine'
import { beforeAll, expect, it } from 'vitest'
import { keepFloat, plainScales, smoothScales } from './activation-scales.ts'
import type { ActivationRanges } from './calibrate.ts'
import { createCheckpoint } from './checkpoint.ts'
import { tinyStudent } from './fixtures/tiny-student.ts'
import { floatGraph } from './float-graph.ts'

beforeAll(() => openBackend('cpu'))

/** Ranges of a model whose features are alike, but for one in one site that is a hundred times as large. */
function outlier() {
  const { config, tensors } = tinyStudent()
  const checkpoint = createCheckpoint(config, tensors)
  const sites = [...floatGraph(checkpoint).sites]
  const ranges: ActivationRanges = new Map(
    sites.map(([site, [weight]], number) => {
      const features = checkpoint.tensor(weight!).shape[1]!
      const of = (value: number) =>
        Float32Array.from({ length: features }, (_, at) => (number === 1 && at === 2 ? 100 : 1) * value)
      const square = Float64Array.from(of(1), (value) => (value * value) / 4)
      return [site, { low: of(-1), high: of(1), square }]
    }),
  )
  return { checkpoint, ranges, site: sites[1]![0] }
}

it('one scale covers all features', () => {
  const { ranges, site } = outlier()
  const { scale, zero } = plainScales(ranges)[site] as { scale: number; zero: number }
  expect(scale).toBeCloseTo(200 / 255)
  expect(zero).toBe(128)
})

it('an outlying feature moves into the weights, and the rest get more steps', () => {
  const { checkpoint, ranges, site } = outlier()
  const { scales, noise } = smoothScales(checkpoint, ranges)
  const { scale, smooth } = scales[site] as { scale: number; smooth: Float32Array }
  // steps that a common feature has left: with one scale for all, 2 / (200 / 255)
  expect(2 / smooth[0]! / scale).toBeGreaterThan(10 * 2.55)
  for (const share of noise.values()) expect(share).toBeGreaterThan(0)
  expect(noise.get(site)).toBeLessThan(0.01)
})

it('the noisiest sites stay in float32', () => {
  const { checkpoint, ranges } = outlier()
  const smooth = smoothScales(checkpoint, ranges)
  const mixed = keepFloat(smooth, 2)
  const kept = Object.entries(mixed).filter(([, scale]) => scale === 'float32')
  const [first, second, third] = [...smooth.noise].sort(([, a], [, b]) => b - a)
  expect(kept.map(([site]) => site).sort()).toEqual([first![0], second![0]].sort())
  expect(mixed[third![0]]).toEqual(smooth.scales[third![0]])
})
