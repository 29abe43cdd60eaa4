// Chooses the weights of a pre-trained teacher that are trained. The others are stored once, as in their
// file, without optimizer state.
import type { Random } from '@disranker/engine'
import { recipeParts } from '@disranker/training'
import { type DecoderOptions, matchesSome } from '@disranker/transformer'
import { z } from 'zod'

const patterns = z.array(z.string().min(1)).min(1).readonly()
export const trainsSchema = z.strictObject({
  /** the word embeddings: a large vocabulary costs more than the layers */
  embeddings: z.boolean(),
  /** the last layers; all by default */
  lastLayers: recipeParts.count.exactOptional(),
  /** weights that are frozen, by parts of their names such as 'mlp' or 'layers.0', `*` for anything */
  freeze: patterns.exactOptional(),
  /** only adapters of these matrices, and the ranking head, are trained */
  lora: z
    .strictObject({
      rank: recipeParts.count,
      alpha: z.number().positive(),
      dropout: recipeParts.share.lt(1).exactOptional(),
      targets: patterns,
    })
    .exactOptional(),
  /** each layer is computed again in the backward pass: about a third more time, a fraction of the memory */
  recompute: z.boolean().exactOptional(),
})
export type TrainedPart = Readonly<z.output<typeof trainsSchema>>

/** By a weight's name, whether it trains, and how. Final norm and ranking head train unless `freeze` names them. */
export function tuningOf(part: TrainedPart | undefined, layers: number): DecoderOptions {
  const { embeddings = true, lastLayers = layers, freeze = [], lora, recompute } = part ?? {}
  const trains = (name: string) => {
    if (matchesSome(freeze, name)) return false
    if (lora) return name === 'score.weight'
    const layer = /^model\.layers\.(\d+)\./.exec(name)?.[1]
    if (layer !== undefined) return Number(layer) >= layers - lastLayers
    return embeddings || !/embed_tokens|lm_head/.test(name)
  }
  return { trains, lora, recompute }
}

/** The seed of the adapters' dropout for a batch; none is drawn if there is no dropout. */
export const noiseOf = ({ trains }: { readonly trains?: TrainedPart }, random: Random): number | undefined =>
  trains?.lora?.dropout ? random.integer(2 ** 32) : undefined
