// RoBERTa and XLM-R (Liu et al. 2019; Conneau et al. 2020): BERT whose positions begin after that of padding, without
// segments, and whose head has its own dense layer. Weight names are those of RobertaForSequenceClassification, which
// XLMRobertaForSequenceClassification shares.
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
import { type RobertaConfig, robertaConfig, xlmRobertaConfig } from './config.ts'

const PREFIX = 'roberta.'
const TABLE = `${PREFIX}embeddings`

function describe(config: RobertaConfig, labels: 1 | 2, relevant: 0 | 1 = 1): EncoderModel {
  const { hidden_size: D, layer_norm_eps: epsilon, max_position_embeddings: rows } = config
  const { vocab_size: words, type_vocab_size: types } = config
  const layers: PostNormLayers = {
    layers: config.num_hidden_layers,
    hidden: D,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    epsilon,
    activation: activationOf(config.hidden_act),
    names: bertLayerNames(PREFIX),
  }
  // fairseq counts positions from the padding's id on; no token has that position or an earlier one
  const from = config.pad_token_id + 1
  const states = <X>(o: EncoderOperations<X>, first: boolean) =>
    postNormLayers(o, bertEmbeddings(o, TABLE, { epsilon, from }), layers, first)
  const head = [...dense('classifier.dense', D, D), ...dense('classifier.out_proj', D, labels)]
  return {
    type: config.model_type,
    className: `${config.model_type === 'roberta' ? 'Roberta' : 'XLMRoberta'}ForSequenceClassification`,
    layers: layers.layers,
    hidden: D,
    heads: layers.heads,
    vocabulary: words,
    tokenTypes: types,
    positions: rows - from,
    labels,
    relevant,
    prefix: PREFIX,
    wordTable: `${TABLE}.word_embeddings.weight`,
    weights: [
      ...embeddingWeights(TABLE, { words, positions: rows, types, width: D }),
      ...postNormWeights(layers),
      ...head,
    ],
    head: head.map(({ name }) => name),
    ignored: /^(roberta\.embeddings\.(position_ids|token_type_ids)|roberta\.pooler\..*|lm_head\..*)$/,
    template: { start: ['<s>'], between: ['</s>', '</s>'], end: ['</s>'], secondType: 0 },
    states: (o) => states(o, false),
    score(o) {
      const wide = o.dense(o.pooled(states(o, true)), 'classifier.dense', { activation: 'tanh' })
      const logits = o.dense(wide, 'classifier.out_proj')
      return labels === 2 ? o.margin(logits, relevant) : logits
    },
    keepLayers: (kept) => ({
      config: { num_hidden_layers: kept.length },
      rename: renumberLayers(`${PREFIX}encoder.layer.`, kept),
    }),
  }
}

const shared = {
  harmless: [...ENCODER_HARMLESS],
  weights: (config: RobertaConfig) => describe(config, 1).weights,
  describe,
}

export const roberta = {
  modelType: 'roberta',
  config: robertaConfig,
  ...shared,
} satisfies EncoderArchitecture<RobertaConfig>

export const xlmRoberta = {
  modelType: 'xlm-roberta',
  config: xlmRobertaConfig,
  ...shared,
} satisfies EncoderArchitecture<RobertaConfig>
