// The layer that BERT, RoBERTa, DistilBERT and ELECTRA share (Devlin et al. 2019): attention and a wide dense layer, each
// added to its input and then normalised. They differ in names.
import type { Activation, EncoderOperations } from '../operations/encoder-operations.ts'
import type { WeightShape } from '../weights.ts'
import { dense, matrix, norm } from './weight-shapes.ts'

export interface LayerNames {
  /** of query, key and value together */
  readonly qkv: string
  readonly query: string
  readonly key: string
  readonly value: string
  readonly attention: string
  readonly attentionNorm: string
  readonly intermediate: string
  readonly output: string
  readonly outputNorm: string
}

export interface PostNormLayers {
  readonly layers: number
  readonly hidden: number
  readonly heads: number
  readonly intermediate: number
  readonly epsilon: number
  readonly activation: Activation
  names(layer: number): LayerNames
  /** deviation 1 / sqrt(inputs), keys near queries: learns to rank from little data from scratch */
  readonly scaled?: boolean
}

/** The names that BERT, RoBERTa and ELECTRA have in common. */
export const bertLayerNames =
  (prefix: string) =>
  (layer: number): LayerNames => {
    const name = `${prefix}encoder.layer.${layer}`
    const self = `${name}.attention.self`
    return {
      qkv: `${self}.qkv`,
      query: `${self}.query`,
      key: `${self}.key`,
      value: `${self}.value`,
      attention: `${name}.attention.output.dense`,
      attentionNorm: `${name}.attention.output.LayerNorm`,
      intermediate: `${name}.intermediate.dense`,
      output: `${name}.output.dense`,
      outputNorm: `${name}.output.LayerNorm`,
    }
  }

export function postNormWeights(options: PostNormLayers): WeightShape[] {
  const { layers, hidden: D, intermediate: I, scaled = false } = options
  const fan = (inputs: number, factor = 1) => ({
    deviation: scaled ? factor / Math.sqrt(inputs) : 0.02,
  })
  return Array.from({ length: layers }, (_, layer) => {
    const name = options.names(layer)
    const [keyWeight, keyBias] = dense(name.key, D, D, fan(D)) as [WeightShape, WeightShape]
    const near = { near: `${name.query}.weight`, deviation: 0.3 * fan(D).deviation }
    return [
      ...dense(name.query, D, D, fan(D)),
      scaled ? { ...keyWeight, start: near } : keyWeight,
      keyBias,
      ...dense(name.value, D, D, fan(D)),
      // weights whose output is added to the residual stream start smaller
      ...dense(name.attention, D, D, fan(D, 0.7)),
      ...norm(name.attentionNorm, D),
      ...dense(name.intermediate, D, I, fan(D)),
      ...dense(name.output, I, D, fan(I, 0.7)),
      ...norm(name.outputNorm, D),
    ]
  }).flat()
}

/**
 * All layers.
 * @param x [N, D]
 * @param first of the last layer only the first token is computed: with two layers this saves two fifths of
 * the work
 * @returns [rows, D] with `first`, else [N, D]
 */
export function postNormLayers<X>(
  o: EncoderOperations<X>,
  x: X,
  { layers, heads, epsilon, activation, names }: PostNormLayers,
  first: boolean,
): X {
  let states = x
  for (let layer = 0; layer < layers; layer++) {
    const name = names(layer)
    const last = first && layer === layers - 1
    const mixed = o.attention(states, {
      projections: [name.query, name.key, name.value],
      name: name.qkv,
      heads,
      site: `${layer}.qkv`,
      first: last,
    })
    const attended = o.dense(mixed, name.attention, { site: `${layer}.attention` })
    const skip = last ? o.firstToken(states) : states
    const middle = o.addNorm(attended, skip, name.attentionNorm, { epsilon })
    const wide = o.dense(middle, name.intermediate, { activation, site: `${layer}.intermediate` })
    const narrow = o.dense(wide, name.output, { site: `${layer}.output` })
    states = o.addNorm(narrow, middle, name.outputNorm, { epsilon })
  }
  return states
}

/** Word, position and type table in the order of BERT's checkpoints, and the norm over their sum. */
export const embeddingWeights = (
  table: string,
  sizes: {
    readonly words: number
    readonly positions: number
    readonly types: number
    readonly width: number
  },
  deviation = 0.02,
): WeightShape[] => [
  matrix(`${table}.word_embeddings`, [sizes.words, sizes.width], deviation),
  matrix(`${table}.position_embeddings`, [sizes.positions, sizes.width]),
  matrix(`${table}.token_type_embeddings`, [sizes.types, sizes.width]),
  ...norm(`${table}.LayerNorm`, sizes.width),
]

/** [N, width] */
export function bertEmbeddings<X>(
  o: EncoderOperations<X>,
  table: string,
  { epsilon, from }: { readonly epsilon: number; readonly from: number },
): X {
  const sum = o.add(o.words(`${table}.word_embeddings`), o.types(`${table}.token_type_embeddings`))
  return o.norm(o.addPositions(sum, `${table}.position_embeddings`, from), `${table}.LayerNorm`, { epsilon })
}
