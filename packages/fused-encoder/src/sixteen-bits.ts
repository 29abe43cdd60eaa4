// Combines activations of two bytes into one 16-bit integer. The exact kernel multiplies 16-bit integers
// anyway, so the second byte costs nothing: one product instead of two. The sums must stay below 2^31, which
// bounds the steps of the second byte.
import { type ActivationScale, type Model, type ModelLayer, SITES, type Site } from './model.ts'

const LARGEST_WEIGHT = 127
const BYTE = 255

/** @throws {Error} the second bytes have so many steps that a sum could exceed 31 bits */
export function withSixteenBits(model: Model): Model {
  return { ...model, layers: model.layers.map(joined) }
}

function joined({ linear, rest, scales, ...others }: ModelLayer): ModelLayer {
  const bySite = <T>(of: (site: Site) => T) =>
    Object.fromEntries(SITES.map((site) => [site, of(site)])) as Record<Site, T>
  return {
    ...others,
    linear: bySite((site) => rest[site] ?? linear[site]),
    rest: bySite(() => undefined),
    scales: bySite((site) => joinedScale(scales[site], linear[site].inputs)),
  }
}

function joinedScale({ scale, zero, restScale }: ActivationScale, inputs: number): ActivationScale {
  if (restScale === undefined) return { scale, zero, restScale }
  const steps = Math.round(scale / restScale)
  const most = BYTE * steps
  if (most > 2 ** 15 - 1 || most * LARGEST_WEIGHT * inputs >= 2 ** 31)
    throw new Error(`the second bytes have ${steps} steps of the first, too many for sums of ${inputs}`)
  return { scale: restScale, zero: zero * steps, restScale: undefined, most }
}
