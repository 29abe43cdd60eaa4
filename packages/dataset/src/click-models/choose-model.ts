// Chooses the click model that describes a log best: each is fitted to most of the sessions and tested on the
// rest. Perplexity is the number of equally likely outcomes that a row seems to have to the model, 1 for a
// model that is always right: lower is better.

import { homePositions, meanAttraction } from './attraction-prior.ts'
import { fitCascade } from './cascade.ts'
import { fitDynamicBayesian } from './dynamic-bayesian.ts'
import { fitPositionBased } from './position-based.ts'
import { movedShare, type Observations } from './propensity.ts'
import type { ClickModel, ViewBlock } from './view-block.ts'

/**
 * name -> fit of the model to a block whose documents were shown at `positions` positions; a new model is a
 * file in this folder and a line here
 */
const FITS = {
  'position-based': fitPositionBased,
  cascade: fitCascade,
  'dynamic-bayesian': fitDynamicBayesian,
} satisfies Record<
  string,
  (block: ViewBlock, positions: number, observations: Observations) => ClickModel | Promise<ClickModel>
>
export type ClickModelName = keyof typeof FITS
export const CLICK_MODELS = Object.keys(FITS) as readonly ClickModelName[]

export interface Chosen {
  readonly model: ClickModel
  /** on held-out sessions, by model */
  readonly perplexity: Readonly<Record<string, number>>
  /**
   * share of the impressions whose document was shown at several positions of its query: these tell position
   * from attraction
   */
  readonly moved: number
}

/** no probability is 0 or 1: a cascade has no second click, but users click twice all the same */
const CERTAIN = 1e-4

/**
 * Fits all models and takes the named one, or with `auto` the one with the lowest perplexity.
 * @param block views with how often each was seen in the sessions that models are fitted to
 * @param heldOut [views]: how often each was seen in the others
 */
export async function chooseModel(
  block: ViewBlock,
  heldOut: Float64Array,
  observations: Observations,
  wanted: ClickModelName | 'auto',
): Promise<Chosen> {
  const positions = block.position.reduce((most, position) => Math.max(most, position), 1)
  const models: ClickModel[] = []
  for (const fit of Object.values(FITS)) models.push(await fit(block, positions, observations))
  const scored = models.map((model) => ({ model, perplexity: perplexity(model, block, heldOut) }))
  const best = scored.reduce((least, next) => (next.perplexity < least.perplexity ? next : least))
  const { model } = wanted === 'auto' ? best : scored.find(({ model }) => model.name === wanted)!
  return {
    model,
    perplexity: Object.fromEntries(scored.map(({ model, perplexity }) => [model.name, perplexity])),
    moved: movedShare(observations),
  }
}

/** 2 to the power of the mean number of bits of the clicks and skips of the held-out views. */
function perplexity(model: ClickModel, block: ViewBlock, heldOut: Float64Array): number {
  const attraction = meanAttraction(model.explain(block), model.prior, homePositions(block))
  const probability = model.predict(block, attraction)
  let bits = 0
  let rows = 0
  for (let view = 0; view < block.times.length; view++) {
    const times = heldOut[view]!
    if (times === 0) continue
    for (let row = block.start[view]!; row < block.start[view + 1]!; row++) {
      const p = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability[row]!))
      bits -= times * Math.log2(block.clicked[row] === 1 ? p : 1 - p)
      rows += times
    }
  }
  return 2 ** (bits / Math.max(1, rows))
}
