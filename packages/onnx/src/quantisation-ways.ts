// How finely activations are held, the fastest way first. A few features of pre-trained models are far larger than the rest, so
// that one scale for all leaves the others a few steps of a byte; a second byte gives them 255 times as many, at the price
// of a second product with the same weights. The file stays as small.
import type { ActivationScales } from './int8-graph.ts'

export interface QuantisationWay {
  readonly what: string
  readonly scales: ActivationScales
}

/** @param scales of one byte each, by site; none of what has no network, whose rows can be rounded in one way alone */
export function quantisationWays(scales: ActivationScales): readonly QuantisationWay[] {
  const bytes = { what: 'a byte an activation', scales }
  return Object.keys(scales).length === 0
    ? [bytes]
    : [bytes, { what: 'two bytes an activation', scales: withSecondByte(scales) }]
}

const withSecondByte = (scales: ActivationScales): ActivationScales =>
  Object.fromEntries(Object.entries(scales).map(([site, scale]) => [site, { ...scale, fine: true }]))
