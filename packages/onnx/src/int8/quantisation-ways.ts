// The ways to quantise activations, the fastest first. A few features of pre-trained models are far larger
// than the rest, so that one scale for all leaves the others only a few steps of a byte; a second byte gives
// them 255 times as many, at the price of a second product with the same weights. Seven bits are the fastest
// on machines without an instruction for whole bytes; on others they are no faster, so they must rank nearly
// identically. The file does not grow.
import type { ActivationScale, ActivationScales } from '../graph/int8-graph.ts'
import type { GateRecipe } from './quality-gate.ts'

export interface QuantisationWay {
  readonly what: string
  readonly scales: ActivationScales
  /** its own gate, which replaces the recipe's */
  readonly gate?: GateRecipe
}

/**
 * @param scales of one byte each, by site; none for a model without a network, whose rows can be rounded in
 * only one way
 * @param sevenBits gate for seven bits, which are not tried without one
 */
export function quantisationWays(
  scales: ActivationScales,
  sevenBits?: GateRecipe,
): readonly QuantisationWay[] {
  const bytes = { what: 'a byte an activation', scales }
  if (Object.keys(scales).length === 0) return [bytes]
  const two = all(scales, (scale) => ({ ...scale, fine: true }))
  return [
    ...(sevenBits
      ? [{ what: 'seven bits an activation', scales: all(scales, inSevenBits), gate: sevenBits }]
      : []),
    bytes,
    { what: 'two bytes an activation', scales: two },
  ]
}

const all = (scales: ActivationScales, of: (scale: ActivationScale) => ActivationScale): ActivationScales =>
  Object.fromEntries(Object.entries(scales).map(([site, scale]) => [site, of(scale)]))

/** The same range in 128 steps. */
const inSevenBits = ({ scale, zero }: ActivationScale): ActivationScale => ({
  scale: (scale * 255) / 127,
  zero: Math.round((zero * 127) / 255),
  most: 127,
})
