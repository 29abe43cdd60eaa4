// ELECTRA (Clark et al. 2020): BERT with narrower tables and a head whose dense layer has a GELU. Weight
// names are those of ElectraForSequenceClassification.
import type { EncoderArchitecture } from '../../architecture.ts'
import { ENCODER_HARMLESS } from '../config-values.ts'
import { bertLayers, postNormEncoder } from '../post-norm-encoder.ts'
import { bertEmbeddings, embeddingWeights } from '../post-norm-layers.ts'
import { dense } from '../weight-shapes.ts'
import { type ElectraConfig, electraConfig } from './config.ts'

const PREFIX = 'electra.'
const TABLE = `${PREFIX}embeddings`
const PROJECT = `${PREFIX}embeddings_project`

function describe(config: ElectraConfig, labels: 1 | 2, relevant?: 0 | 1) {
  const { hidden_size: D, embedding_size: width, layer_norm_eps: epsilon } = config
  const { vocab_size: words, type_vocab_size: types, max_position_embeddings: positions } = config
  const projected = width !== D
  return postNormEncoder({
    type: 'electra',
    className: 'ElectraForSequenceClassification',
    prefix: PREFIX,
    vocabulary: words,
    tokenTypes: types,
    ...{ positions, labels, relevant },
    ...bertLayers(config, PREFIX),
    tables: [
      ...embeddingWeights(TABLE, { words, positions, types, width }),
      ...(projected ? dense(PROJECT, width, D) : []),
    ],
    embed(o) {
      const embedded = bertEmbeddings(o, TABLE, { epsilon, from: 0 })
      return projected ? o.dense(embedded, PROJECT, { site: 'embeddings.project' }) : embedded
    },
    head: { inner: 'classifier.dense', activation: 'gelu', outer: 'classifier.out_proj' },
    ignored: /^(electra\.embeddings\.(position_ids|token_type_ids)|(discriminator|generator)_.*)$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 },
  })
}

export const electra = {
  modelType: 'electra',
  config: electraConfig,
  // weights of the summary for multiple choice, which classification does not use
  harmless: [
    ...ENCODER_HARMLESS,
    'summary_type',
    'summary_use_proj',
    'summary_activation',
    'summary_last_dropout',
  ],
  weights: (config) => describe(config, 1).weights,
  describe,
} satisfies EncoderArchitecture<ElectraConfig>
