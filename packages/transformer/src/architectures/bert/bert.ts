// BERT and MiniLM (Devlin et al. 2019; Wang et al. 2020): post-layer-norm blocks, learned positions, segments; the first
// token's output through a pooler and one dense layer. Weight names are those of BertForSequenceClassification.
import type { EncoderArchitecture } from '../../architecture.ts'
import { ENCODER_HARMLESS } from '../config-values.ts'
import { bertLayers, postNormEncoder } from '../post-norm-encoder.ts'
import { bertEmbeddings, embeddingWeights } from '../post-norm-layers.ts'
import { type BertConfig, bertConfig } from './config.ts'

const PREFIX = 'bert.'
const TABLE = `${PREFIX}embeddings`

function describe(config: BertConfig, labels: 1 | 2, relevant?: 0 | 1) {
  const { hidden_size: width, layer_norm_eps: epsilon, max_position_embeddings: positions } = config
  const { vocab_size: words, type_vocab_size: types } = config
  const scaled = config.initialization === 'scaled'
  return postNormEncoder({
    type: 'bert',
    className: 'BertForSequenceClassification',
    prefix: PREFIX,
    vocabulary: words,
    tokenTypes: types,
    ...{ positions, labels, relevant },
    ...bertLayers(config, PREFIX, scaled),
    tables: embeddingWeights(TABLE, { words, positions, types, width }, scaled ? 0.05 : 0.02),
    embed: (o) => bertEmbeddings(o, TABLE, { epsilon, from: 0 }),
    head: {
      inner: `${PREFIX}pooler.dense`,
      activation: 'tanh',
      outer: 'classifier',
      ...(scaled && { deviation: 1 / Math.sqrt(width) }),
    },
    ignored: /^(bert\.embeddings\.(position_ids|token_type_ids)|cls\..*)$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 },
  })
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
