// The angles of rotary positions, from a config.json in its older form (rope_theta, rope_scaling) or its newer one
// (rope_parameters).
import type { Frequencies } from '@disranker/engine'
import { z } from 'zod'

const positive = z.number('wanted a number above 0').positive('wanted a number above 0')

const SCALINGS = 'only the rope_type "default", "linear" and "llama3" are built'
const shared = { rope_theta: positive.optional(), partial_rotary_factor: z.literal(1).optional() }
/** A scaling of the angles, by its older key "type" or its newer one "rope_type". */
const scaling = z.preprocess(
  (value) => {
    if (typeof value !== 'object' || value === null || !('type' in value)) return value
    const { type, ...others } = value
    return { rope_type: type, ...others }
  },
  z.discriminatedUnion(
    'rope_type',
    [
      z.strictObject({ rope_type: z.literal('default'), ...shared }),
      z.strictObject({ rope_type: z.literal('linear'), factor: positive, ...shared }),
      z.strictObject({
        rope_type: z.literal('llama3'),
        factor: positive,
        low_freq_factor: positive,
        high_freq_factor: positive,
        original_max_position_embeddings: positive,
        ...shared,
      }),
    ],
    SCALINGS,
  ),
)
export type RotaryScaling = z.output<typeof scaling>

/** For the zod object of a decoder. */
export const rotaryKeys = {
  rope_theta: positive.optional(),
  rope_scaling: scaling.optional(),
  rope_parameters: scaling.optional(),
}
/** One entry for each kind of layer, in networks with local and global attention. */
export const rotaryByLayerType = z.strictObject({ full_attention: scaling, sliding_attention: scaling })

export interface RotaryConfig {
  readonly rope_theta?: number | undefined
  readonly rope_scaling?: RotaryScaling | undefined
  readonly rope_parameters?: RotaryScaling | undefined
}

/** The frequencies of a head of size d. */
export function frequenciesOf(config: RotaryConfig, d: number): Frequencies {
  const given = config.rope_parameters ?? config.rope_scaling
  return scaledFrequencies(d, given?.rope_theta ?? config.rope_theta ?? 10_000, given)
}

/** theta^(-2i/d), then scaled. */
export function scaledFrequencies(d: number, theta: number, given?: RotaryScaling): Frequencies {
  const plain = Array.from({ length: d / 2 }, (_, i) => theta ** ((-2 * i) / d))
  if (given === undefined || given.rope_type === 'default') return plain
  if (given.rope_type === 'linear') return plain.map((angle) => angle / given.factor)
  // Llama 3.1: low frequencies are divided by the factor, high ones stay, those between are interpolated
  const { factor, low_freq_factor: low, high_freq_factor: high } = given
  return plain.map((angle) => {
    const turns = (given.original_max_position_embeddings * angle) / (2 * Math.PI)
    const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)))
    return (1 - kept) * (angle / factor) + kept * angle
  })
}
