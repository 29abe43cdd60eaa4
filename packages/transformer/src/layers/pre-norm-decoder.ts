// The common parts of LLaMA and its successors: pre-norm blocks with RMSNorm, rotary positions, SwiGLU,
// grouped-query attention, causal. They differ in biases, norms of queries and keys, and attention windows.
import { InputError } from '@disranker/stage'

export interface PreNormConfig {
  readonly vocab_size: number
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads?: number | undefined
  readonly head_dim?: number | undefined
  readonly intermediate_size: number
  readonly rms_norm_eps: number
  readonly tie_word_embeddings: boolean
  readonly type_vocab_size?: number | undefined
  readonly initialization?: 'huggingface' | 'scaled' | undefined
}

export interface PreNormKind {
  /**
   * biases of the projections of queries, keys and values; of the one after attention; of the feed-forward
   * layers
   */
  readonly biases: { readonly qkv?: boolean; readonly output?: boolean; readonly feedForward?: boolean }
  /** queries and keys are normalised in each head */
  readonly headNorms: boolean
  /** attention window of a layer, in positions back; none when undefined */
  readonly reach: (layer: number) => number | undefined
}

export const hasTypes = (config: PreNormConfig): boolean => (config.type_vocab_size ?? 1) > 1

/**
 * The window of each layer: `window` tokens in the layers of that type.
 * @throws {InputError} when there is not one type for each layer
 */
export function reachByLayer(
  types: readonly ('full_attention' | 'sliding_attention')[],
  layers: number,
  window: number | undefined,
): (layer: number) => number | undefined {
  if (types.length !== layers)
    throw new InputError(
      `config.json has ${types.length} layer_types for num_hidden_layers ${layers}; wanted one a layer. Fix the config.`,
    )
  return (layer) => (types[layer] === 'sliding_attention' && window !== undefined ? window - 1 : undefined)
}
