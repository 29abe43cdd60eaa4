// The keys of Qwen 2 and 3 for the attention window of some layers.
import { z } from 'zod'
import { count } from '../architectures/config-values.ts'
import { reachByLayer } from './pre-norm-decoder.ts'

export const qwenKeys = {
  use_sliding_window: z.boolean('wanted true or false').default(false),
  sliding_window: count.optional(),
  /** the first layer with a window, if there are no layer_types */
  max_window_layers: z.int('wanted a whole number').min(0).optional(),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).optional(),
  use_mrope: z.literal(false, 'only false is built').optional(),
}

interface QwenWindow {
  readonly num_hidden_layers: number
  readonly use_sliding_window: boolean
  readonly sliding_window?: number | undefined
  readonly max_window_layers?: number | undefined
  readonly layer_types?: readonly ('full_attention' | 'sliding_attention')[] | undefined
}

/** The attention window of each layer, in positions back. */
export function qwenReach(config: QwenWindow): (layer: number) => number | undefined {
  const { num_hidden_layers: layers, max_window_layers: full = layers } = config
  const types =
    config.layer_types ??
    Array.from({ length: layers }, (_, layer) => (layer < full ? 'full_attention' : 'sliding_attention'))
  return reachByLayer(types, layers, config.use_sliding_window ? config.sliding_window : undefined)
}
