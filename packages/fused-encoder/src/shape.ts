// The models that the engine supports, and the numbers of their config.json for the computation.

export interface EncoderShape {
  readonly type: 'bert' | 'modernbert'
  /** how each layer's attention works */
  readonly layers: readonly LayerKind[]
  readonly heads: number
  readonly D: number
  readonly F: number
  /** tokens of the longest text */
  readonly positions: number
  readonly vocabulary: number
  /** rows of the table of token types; undefined if the model has none */
  readonly types: number | undefined
  readonly epsilon: number
  /** whether a part of a layer reads the norm of the residual (ModernBERT), or the residual is a norm (BERT) */
  readonly normFirst: boolean
  /** whether the wide layer has a gate for each number */
  readonly gated: boolean
  /** the linear maps and norms that have a bias */
  readonly biases: Readonly<Record<'norm' | 'attention' | 'wide' | 'head', boolean>>
  /** the input of a ranking head: the mean of all states, or the first */
  readonly pooling: Pooling
}

export type Pooling = 'mean' | 'cls'

export interface LayerKind {
  /** of rotary positions; undefined if there are none */
  readonly theta?: number
  /** a token sees those at most so many positions away; 0: all */
  readonly window: number
}

/** The parts of BERT's config.json that decide whether and how the engine computes a model. */
export interface BertConfig extends Sizes {
  readonly type_vocab_size: number
  readonly layer_norm_eps: number
  readonly hidden_act: string
}

/** The same of ModernBERT; missing keys have the defaults of transformers. */
export interface ModernbertConfig extends Sizes {
  readonly hidden_activation?: string
  readonly norm_eps?: number
  readonly norm_bias?: boolean
  readonly attention_bias?: boolean
  readonly mlp_bias?: boolean
  readonly classifier_bias?: boolean
  readonly classifier_activation?: string
  readonly classifier_pooling?: Pooling
  readonly local_attention?: number
  readonly layer_types?: readonly string[]
  readonly global_attn_every_n_layers?: number
  readonly global_rope_theta?: number
  readonly local_rope_theta?: number
  readonly rope_parameters?: Readonly<Record<string, { readonly rope_theta?: number } | undefined>>
}

interface Sizes {
  readonly model_type: string
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly hidden_size: number
  readonly intermediate_size: number
  /** 8192 in ModernBERT if it is missing */
  readonly max_position_embeddings?: number
  readonly vocab_size: number
}

export type EncoderConfig = BertConfig | ModernbertConfig

/** int8 graphs use the hyperbolic tangent for all forms of the GELU */
const GELU = ['gelu', 'gelu_new', 'gelu_pytorch_tanh']

/**
 * The shape of a model that this engine supports, or the reason why it does not: then onnxruntime computes it.
 * @param longest tokens of the longest text, if they are fewer than the model's positions: the memory is for texts of that length
 */
export function supportedShape(
  config: EncoderConfig,
  longest = Number.POSITIVE_INFINITY,
): EncoderShape | string {
  const { model_type: type, num_attention_heads: heads, hidden_size: D, intermediate_size: F } = config
  if (type !== 'bert' && type !== 'modernbert')
    return `it computes BERT and ModernBERT, this model is ${type}`
  const modern = type === 'modernbert' ? (config as ModernbertConfig) : undefined
  const activation = modern ? (modern.hidden_activation ?? 'gelu') : (config as BertConfig).hidden_act
  if (!GELU.includes(activation)) return `it computes ${type} with GELU, this model has ${activation}`
  // panels of 8 outputs, steps of 4 inputs
  for (const [what, size] of Object.entries({ hidden: D, intermediate: F, head: D / heads }))
    if (!(size % 8 === 0)) return `its sizes are multiples of 8, the ${what} size of this model is ${size}`
  const sizes = {
    ...{ heads, D, F, vocabulary: config.vocab_size },
    positions: Math.min(config.max_position_embeddings ?? 8192, longest),
  }
  if (modern) {
    // heads stay float32, and in float32 the forms of the GELU differ
    const { classifier_activation: head = 'gelu', local_attention: seen = 128 } = modern
    if (head !== 'gelu') return `it computes ranking heads of ModernBERT with GELU, this model has ${head}`
    if (seen < 2) return `a token of its local layers sees others, local_attention of this model is ${seen}`
    return { type: 'modernbert', ...sizes, ...modernShape(modern) }
  }
  const { type_vocab_size: types, layer_norm_eps: epsilon } = config as BertConfig
  return {
    ...{ type: 'bert', ...sizes, types, epsilon, normFirst: false, gated: false, pooling: 'cls' },
    layers: Array.from({ length: config.num_hidden_layers }, () => ({ window: 0 })),
    biases: { norm: true, attention: true, wide: true, head: true },
  }
}

function modernShape(config: ModernbertConfig) {
  const { layer_types: named, global_attn_every_n_layers: every = 3, rope_parameters: rope } = config
  const whole = {
    theta: rope?.full_attention?.rope_theta ?? config.global_rope_theta ?? 160_000,
    window: 0,
  }
  const near = {
    theta: rope?.sliding_attention?.rope_theta ?? config.local_rope_theta ?? 10_000,
    window: (config.local_attention ?? 128) >> 1,
  }
  const isWhole = (layer: number) => (named ? named[layer] === 'full_attention' : layer % every === 0)
  return {
    layers: Array.from({ length: config.num_hidden_layers }, (_, layer) => (isWhole(layer) ? whole : near)),
    types: undefined,
    epsilon: config.norm_eps ?? 1e-5,
    normFirst: true,
    gated: true,
    pooling: config.classifier_pooling ?? 'cls',
    biases: {
      norm: config.norm_bias ?? false,
      attention: config.attention_bias ?? false,
      wide: config.mlp_bias ?? false,
      head: config.classifier_bias ?? false,
    },
  }
}
