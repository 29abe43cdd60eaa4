// DistilBERT (Sanh et al. 2019): BERT without segments and pooler, with other weight names; the head has a
// dense layer with a ReLU. Weight names are those of DistilBertForSequenceClassification.
import type { EncoderArchitecture } from '../../architecture.ts'
import { activationOf, ENCODER_HARMLESS } from '../config-values.ts'
import { postNormEncoder } from '../post-norm-encoder.ts'
import { matrix, norm } from '../weight-shapes.ts'
import { type DistilbertConfig, distilbertConfig } from './config.ts'

const PREFIX = 'distilbert.'
const TABLE = `${PREFIX}embeddings`
const EPSILON = 1e-12

function layerNames(layer: number) {
  const name = `${PREFIX}transformer.layer.${layer}`
  return {
    qkv: `${name}.attention.qkv_lin`,
    query: `${name}.attention.q_lin`,
    key: `${name}.attention.k_lin`,
    value: `${name}.attention.v_lin`,
    attention: `${name}.attention.out_lin`,
    attentionNorm: `${name}.sa_layer_norm`,
    intermediate: `${name}.ffn.lin1`,
    output: `${name}.ffn.lin2`,
    outputNorm: `${name}.output_layer_norm`,
  }
}

function describe(config: DistilbertConfig, labels: 1 | 2, relevant?: 0 | 1) {
  const { dim: D, vocab_size: words, max_position_embeddings: positions } = config
  return postNormEncoder({
    type: 'distilbert',
    className: 'DistilBertForSequenceClassification',
    prefix: PREFIX,
    vocabulary: words,
    tokenTypes: undefined,
    ...{ positions, labels, relevant },
    stack: 'transformer.layer.',
    layersKey: 'n_layers',
    layers: {
      layers: config.n_layers,
      hidden: D,
      heads: config.n_heads,
      intermediate: config.hidden_dim,
      epsilon: EPSILON,
      activation: activationOf(config.activation),
      names: layerNames,
    },
    tables: [
      matrix(`${TABLE}.word_embeddings`, [words, D]),
      matrix(`${TABLE}.position_embeddings`, [positions, D]),
      ...norm(`${TABLE}.LayerNorm`, D),
    ],
    embed(o) {
      const placed = o.addPositions(o.words(`${TABLE}.word_embeddings`), `${TABLE}.position_embeddings`, 0)
      return o.norm(placed, `${TABLE}.LayerNorm`, { epsilon: EPSILON })
    },
    head: { inner: 'pre_classifier', activation: 'relu', outer: 'classifier' },
    ignored: /^(distilbert\.embeddings\.position_ids|vocab_(transform|layer_norm|projector)\..*)$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 0 },
  })
}

export const distilbert = {
  modelType: 'distilbert',
  config: distilbertConfig,
  // sinusoidal positions are also stored as a table
  harmless: [
    ...ENCODER_HARMLESS,
    'dropout',
    'qa_dropout',
    'seq_classif_dropout',
    'sinusoidal_pos_embds',
    'tie_weights_',
  ],
  weights: (config) => describe(config, 1).weights,
  describe,
} satisfies EncoderArchitecture<DistilbertConfig>
