// From what calibration saw to the scales of an int8 graph: one for all features of an activation, or after each feature was
// divided by a number of its own, or none where a layer loses too much and stays in float32.
import type { ActivationRange, ActivationRanges } from './calibrate.ts'
import type { Checkpoint } from './checkpoint.ts'
import { floatGraph } from './float-graph.ts'
import type { ActivationScale, ActivationScales } from './int8-graph.ts'

/** The scales that cover the ranges. */
export const plainScales = (ranges: ActivationRanges): ActivationScales =>
  Object.fromEntries(
    [...ranges].map(([site, { low, high }]) => [site, toScale({ low: least(low), high: most(high) })]),
  )

export interface SmoothScales {
  readonly scales: ActivationScales
  /** by site: noise that int8 adds to a layer's output, as a share of the output, both in variance */
  readonly noise: ReadonlyMap<string, number>
}

/** how much of an outlying feature may move into the weights */
const EXPONENTS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1]

/**
 * The scales after each feature was divided by a number of its own, with which the weights are multiplied in turn (Xiao et
 * al. 2023, SmoothQuant): a few features of pre-trained models are far larger than the rest, which one scale for all
 * would leave a few steps. How much moves is chosen site by site, by the noise that rounding adds to the layer's output.
 */
export function smoothScales(checkpoint: Checkpoint, ranges: ActivationRanges): SmoothScales {
  const { sites } = floatGraph(checkpoint)
  const noise = new Map<string, number>()
  const scales = [...ranges].map(([site, range]) => {
    const weights = sites.get(site)!.map((name) => checkpoint.tensor(name))
    const inputs = range.low.length
    const columns = columnsOf(weights, inputs)
    const signal = range.square.reduce((sum, square, at) => sum + square * columns.squares[at]!, 0)
    const tried = EXPONENTS.map((exponent) => {
      const smooth = range.low.map((_, at) => {
        const largest = Math.max(-range.low[at]!, range.high[at]!, 1e-5)
        return largest ** exponent / Math.max(columns.largest[at]!, 1e-5) ** (1 - exponent)
      })
      const scale = { ...scaleOf(range, smooth), smooth }
      return { scale, noise: noiseOf(scale, weights, columns.squares, range.square) / (signal || 1) }
    })
    const best = tried.reduce((a, b) => (b.noise < a.noise ? b : a))
    noise.set(site, best.noise)
    return [site, best.scale] as const
  })
  return { scales: Object.fromEntries(scales), noise }
}

/** The same with so many sites in float32, those that int8 would cost most. */
export function keepFloat({ scales, noise }: SmoothScales, count: number): ActivationScales {
  const worst = [...noise].sort(([, a], [, b]) => b - a).slice(0, count)
  return { ...scales, ...Object.fromEntries(worst.map(([site]) => [site, 'float32'] as const)) }
}

/** shares of the layers that stay in float32 where int8 is not enough */
const FLOAT_SHARES = [0.15, 0.35]

export interface QuantisationWay {
  readonly what: string
  scales(): ActivationScales
}

/** Ways to quantise, the fastest first: the second needs onnxruntime at the edge, and float32 takes room and time. */
export function quantisationWays(checkpoint: Checkpoint, ranges: ActivationRanges): QuantisationWay[] {
  let found: SmoothScales | undefined
  const smooth = () => {
    found ??= smoothScales(checkpoint, ranges)
    return found
  }
  return [
    { what: 'one scale an activation', scales: () => plainScales(ranges) },
    { what: 'outlying features moved into the weights', scales: () => smooth().scales },
    ...FLOAT_SHARES.map((share) => {
      const count = Math.ceil(share * ranges.size)
      return {
        what: `and ${count} of ${ranges.size} layers in float32`,
        scales: () => keepFloat(smooth(), count),
      }
    }),
  ]
}

const scaleOf = ({ low, high }: ActivationRange, smooth: Float32Array): ActivationScale =>
  toScale({
    low: least(low.map((value, at) => value / smooth[at]!)),
    high: most(high.map((value, at) => value / smooth[at]!)),
  })

interface Matrix {
  readonly data: Float32Array
}

/** [inputs]: the largest weight that each input meets, and the sum of their squares */
function columnsOf(weights: readonly Matrix[], inputs: number) {
  const [largest, squares] = [new Float32Array(inputs), new Float64Array(inputs)]
  for (const { data } of weights)
    for (let at = 0; at < data.length; at++) {
      const [column, value] = [at % inputs, data[at]!]
      largest[column] = Math.max(largest[column]!, Math.abs(value))
      squares[column]! += value * value
    }
  return { largest, squares }
}

/** Variance of what rounding adds, over the outputs: a step of length d spreads evenly over d^2 / 12. */
function noiseOf(
  { scale, smooth }: { readonly scale: number; readonly smooth: Float32Array },
  weights: readonly Matrix[],
  squares: Float64Array,
  activations: Float64Array,
): number {
  const inputs = smooth.length
  let [ofActivations, energy] = [0, 0]
  for (const [at, by] of smooth.entries()) {
    ofActivations += (scale * by) ** 2 * squares[at]!
    energy += activations[at]! / by ** 2
  }
  let ofWeights = 0
  for (const { data } of weights)
    for (let from = 0; from < data.length; from += inputs) {
      let largest = 0
      for (let at = 0; at < inputs; at++) {
        const value = Math.abs(data[from + at]! * smooth[at]!)
        if (value > largest) largest = value
      }
      ofWeights += (largest / 127) ** 2 * energy
    }
  return (ofActivations + ofWeights) / 12
}

/** The byte scale that covers low .. high; 0 is exact. */
export function toScale({ low, high }: { readonly low: number; readonly high: number }): ActivationScale {
  const scale = (Math.max(0, high) - Math.min(0, low)) / 255 || 1
  return { scale, zero: Math.round(Math.max(0, -low) / scale) }
}

const least = (values: Float32Array) => values.reduce((a, b) => Math.min(a, b), 0)
const most = (values: Float32Array) => values.reduce((a, b) => Math.max(a, b), 0)
