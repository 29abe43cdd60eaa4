// ELECTRA (Clark et al. 2020): BERT with narrower tables and a head whose dense layer ends in a GELU. Weight names are those
// of ElectraForSequenceClassification.
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
import { type ElectraConfig, electraConfig } from './config.ts'

const PREFIX = 'electra.'
const TABLE = `${PREFIX}embeddings`
const PROJECT = `${PREFIX}embeddings_project`

function describe(config: ElectraConfig, labels: 1 | 2, relevant: 0 | 1 = 1): EncoderModel {
  const { hidden_size: D, embedding_size: width, layer_norm_eps: epsilon } = config
  const { vocab_size: words, type_vocab_size: types, max_position_embeddings: positions } = config
  const layers: PostNormLayers = {
    layers: config.num_hidden_layers,
    hidden: D,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    epsilon,
    activation: activationOf(config.hidden_act),
    names: bertLayerNames(PREFIX),
  }
  const projected = width !== D
  const states = <X>(o: EncoderOperations<X>, first: boolean) => {
    const embedded = bertEmbeddings(o, TABLE, { epsilon, from: 0 })
    const x = projected ? o.dense(embedded, PROJECT, { site: 'embeddings.project' }) : embedded
    return postNormLayers(o, x, layers, first)
  }
  const head = [...dense('classifier.dense', D, D), ...dense('classifier.out_proj', D, labels)]
  return {
    type: 'electra',
    className: 'ElectraForSequenceClassification',
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
      ...embeddingWeights(TABLE, { words, positions, types, width }),
      ...(projected ? dense(PROJECT, width, D) : []),
      ...postNormWeights(layers),
      ...head,
    ],
    head: head.map(({ name }) => name),
    ignored: /^(electra\.embeddings\.(position_ids|token_type_ids)|(discriminator|generator)_.*)$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 1 },
    states: (o) => states(o, false),
    score(o) {
      const wide = o.dense(o.pooled(states(o, true)), 'classifier.dense', { activation: 'gelu' })
      const logits = o.dense(wide, 'classifier.out_proj')
      return labels === 2 ? o.margin(logits, relevant) : logits
    },
    keepLayers: (kept) => ({
      config: { num_hidden_layers: kept.length },
      rename: renumberLayers(`${PREFIX}encoder.layer.`, kept),
    }),
  }
}

export const electra = {
  modelType: 'electra',
  config: electraConfig,
  // of the summary that multiple choice uses, not classification
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
