// RoBERTa and XLM-R (Liu et al. 2019; Conneau et al. 2020): BERT whose positions begin after that of padding,
// without segments, and with a separate dense layer in its head. Weight names are those of
// RobertaForSequenceClassification, which XLMRobertaForSequenceClassification shares.
import type { EncoderArchitecture } from '../../architecture.ts'
import { ENCODER_HARMLESS } from '../config-values.ts'
import { bertLayers, postNormEncoder } from '../post-norm-encoder.ts'
import { bertEmbeddings, embeddingWeights } from '../post-norm-layers.ts'
import { type RobertaConfig, robertaConfig, xlmRobertaConfig } from './config.ts'

const PREFIX = 'roberta.'
const TABLE = `${PREFIX}embeddings`

function describe(config: RobertaConfig, labels: 1 | 2, relevant?: 0 | 1) {
  const { hidden_size: width, layer_norm_eps: epsilon, max_position_embeddings: rows } = config
  const { vocab_size: words, type_vocab_size: types } = config
  // fairseq counts positions from the padding's id on; no token has that position or an earlier one
  const from = config.pad_token_id + 1
  return postNormEncoder({
    type: config.model_type,
    className: `${config.model_type === 'roberta' ? 'Roberta' : 'XLMRoberta'}ForSequenceClassification`,
    prefix: PREFIX,
    vocabulary: words,
    tokenTypes: types,
    positions: rows - from,
    ...{ labels, relevant },
    ...bertLayers(config, PREFIX),
    tables: embeddingWeights(TABLE, { words, positions: rows, types, width }),
    embed: (o) => bertEmbeddings(o, TABLE, { epsilon, from }),
    head: { inner: 'classifier.dense', activation: 'tanh', outer: 'classifier.out_proj' },
    ignored: /^(roberta\.embeddings\.(position_ids|token_type_ids)|roberta\.pooler\..*|lm_head\..*)$/,
    template: { start: ['<s>'], between: ['</s>', '</s>'], end: ['</s>'], secondType: 0 },
  })
}

const shared = {
  harmless: ENCODER_HARMLESS,
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
