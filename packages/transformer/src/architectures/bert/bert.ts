// BERT and MiniLM (Devlin et al. 2019; Wang et al. 2020): post-layer-norm blocks, learned positions, segments; the first
// token's output through a pooler and one dense layer. Weight names are those of BertForSequenceClassification.
import type { EncoderArchitecture } from '../../architecture.ts'
import type { EncoderModel } from '../../encoder-model.ts'
import type { EncoderOperations } from '../../encoder-operations.ts'
import { activationOf, ENCODER_HARMLESS } from '../config-values.ts'
import { renumberLayers } from '../keep-layers.ts'
import {
  bertEmbeddings,
  bertLayerNames,
  embeddingWeights,
  type PostNormLayers,
  postNormLayers,
  postNormWeights,
} from '../post-norm-layers.ts'
import { dense } from '../weight-shapes.ts'
import { type BertConfig, bertConfig } from './config.ts'

const PREFIX = 'bert.'
const TABLE = `${PREFIX}embeddings`
const POOLER = `${PREFIX}pooler.dense`

function describe(config: BertConfig, labels: 1 | 2, relevant: 0 | 1 = 1): EncoderModel {
  const { hidden_size: D, layer_norm_eps: epsilon, max_position_embeddings: positions } = config
  const { vocab_size: words, type_vocab_size: types } = config
  const scaled = config.initialization === 'scaled'
  const layers: PostNormLayers = {
    layers: config.num_hidden_layers,
    hidden: D,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    epsilon,
    activation: activationOf(config.hidden_act),
    names: bertLayerNames(PREFIX),
    scaled,
  }
  const states = <X>(o: EncoderOperations<X>, first: boolean) =>
    postNormLayers(o, bertEmbeddings(o, TABLE, { epsilon, from: 0 }), layers, first)
  const head = [
    ...dense(POOLER, D, D, scaled ? { deviation: 1 / Math.sqrt(D) } : {}),
    ...dense('classifier', D, labels),
  ]
  return {
    type: 'bert',
    className: 'BertForSequenceClassification',
    layers: layers.layers,
    hidden: D,
    heads: layers.heads,
    vocabulary: words,
    tokenTypes: types,
    positions,
    labels,
    relevant,
    prefix: PREFIX,
    wordTable: `${TABLE}.word_embeddings.weight`,
    weights: [
      ...embeddingWeights(TABLE, { words, positions, types, width: D }, scaled ? 0.05 : 0.02),
      ...postNormWeights(layers),
      ...head,
    ],
    head: head.map(({ name }) => name),
    ignored: /^(bert\.embeddings\.(position_ids|token_type_ids)|cls\..*)$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 },
    states: (o) => states(o, false),
    score(o) {
      const pooled = o.dense(o.pooled(states(o, true)), POOLER, { activation: 'tanh' })
      const logits = o.dense(pooled, 'classifier')
      return labels === 2 ? o.margin(logits, relevant) : logits
    },
    keepLayers: (kept) => ({
      config: { num_hidden_layers: kept.length },
      rename: renumberLayers(`${PREFIX}encoder.layer.`, kept),
    }),
  }
}

export const bert = {
  modelType: 'bert',
  config: bertConfig,
  harmless: [
    ...ENCODER_HARMLESS,
    'pooler_fc_size',
    'pooler_num_attention_heads',
    'pooler_num_fc_layers',
    'pooler_size_per_head',
    'pooler_type',
    'directionality',
  ],
  weights: (config) => describe(config, 1).weights,
  describe,
} satisfies EncoderArchitecture<BertConfig>
