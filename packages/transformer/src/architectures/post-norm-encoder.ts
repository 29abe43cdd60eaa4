// An encoder of post-norm layers as a whole: BERT, RoBERTa, DistilBERT and ELECTRA differ in names, tables and the activation of the head.

import type { EncoderModel } from '../encoder/encoder-model.ts'
import type { Activation, EncoderOperations } from '../operations/encoder-operations.ts'
import type { WeightShape } from '../weights.ts'
import { type ActivationName, activationOf } from './config-values.ts'
import { renumberLayers } from './keep-layers.ts'
import { bertLayerNames, type PostNormLayers, postNormLayers, postNormWeights } from './post-norm-layers.ts'
import { dense } from './weight-shapes.ts'

type Own =
  | 'type'
  | 'className'
  | 'prefix'
  | 'vocabulary'
  | 'tokenTypes'
  | 'positions'
  | 'ignored'
  | 'template'

interface PostNormEncoder extends Pick<EncoderModel, Own> {
  readonly labels: 1 | 2
  readonly relevant: 0 | 1 | undefined
  readonly layers: PostNormLayers
  /** prefix of a layer's tensor names before the layer's number, after the model's prefix */
  readonly stack: string
  /** key of config.json */
  readonly layersKey?: string
  /** of the tables, and of the operations between them and the layers */
  readonly tables: readonly WeightShape[]
  /** [N, D]: the input of the first layer */
  embed<X>(o: EncoderOperations<X>): X
  /** two dense layers, an activation between them */
  readonly head: {
    readonly inner: string
    readonly activation: Activation
    readonly outer: string
    /** of the inner weights, if they are initialised differently */
    readonly deviation?: number
  }
}

export function postNormEncoder(parts: PostNormEncoder): EncoderModel {
  const { layers, stack, layersKey = 'num_hidden_layers', tables, embed, head, ...own } = parts
  const { prefix, labels, relevant = 1 } = own
  const { layers: count, hidden, heads } = layers
  const { inner, activation, outer, ...start } = head
  const headWeights = [...dense(inner, hidden, hidden, start), ...dense(outer, hidden, labels)]
  const states = <X>(o: EncoderOperations<X>, first: boolean) => postNormLayers(o, embed(o), layers, first)
  return {
    ...own,
    ...{ layers: count, hidden, heads, relevant },
    wordTable: `${prefix}embeddings.word_embeddings.weight`,
    weights: [...tables, ...postNormWeights(layers), ...headWeights],
    head: headWeights.map(({ name }) => name),
    states: (o) => states(o, false),
    score(o) {
      const logits = o.dense(o.dense(o.pooled(states(o, true)), inner, { activation }), outer)
      return labels === 2 ? o.margin(logits, relevant) : logits
    },
    keepLayers: (kept) => ({
      config: { [layersKey]: kept.length },
      rename: renumberLayers(`${prefix}${stack}`, kept),
    }),
  }
}

/** Sizes under the keys of BERT's config.json. */
interface BertSizes {
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly intermediate_size: number
  readonly layer_norm_eps: number
  readonly hidden_act: ActivationName
}

/** The layers of BERT, RoBERTa and ELECTRA, and their prefix. */
export const bertLayers = (config: BertSizes, prefix: string, scaled = false) => ({
  stack: 'encoder.layer.',
  layers: {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    epsilon: config.layer_norm_eps,
    activation: activationOf(config.hidden_act),
    names: bertLayerNames(prefix),
    scaled,
  },
})
