// ModernBERT (Warner et al. 2024; Ettin): norms before each part, rotary positions, gated dense layers, and attention that
// sees all tokens in some layers and near ones in the others. Weight names are those of ModernBertForSequenceClassification.
import { InputError } from '@disranker/stage'
import type { EncoderArchitecture } from '../../architecture.ts'
import type { EncoderModel } from '../../encoder/encoder-model.ts'
import type { EncoderOperations } from '../../operations/encoder-operations.ts'
import type { WeightShape } from '../../weights.ts'
import { activationOf, ENCODER_HARMLESS } from '../config-values.ts'
import { renumberLayers } from '../keep-layers.ts'
import { dense, matrix, norm } from '../weight-shapes.ts'
import { layerKinds, type ModernbertConfig, modernbertConfig } from './config.ts'

const PREFIX = 'model.'

function describe(config: ModernbertConfig, labels: 1 | 2, relevant: 0 | 1 = 1): EncoderModel {
  const { num_hidden_layers: layers, hidden_size: D, num_attention_heads: heads, vocab_size: words } = config
  const kinds = layerKinds(config)
  const norms = { epsilon: config.norm_eps, bias: config.norm_bias }
  const headWeights = [
    ...dense('head.dense', D, D, { bias: config.classifier_bias }),
    ...norm('head.norm', D, { bias: config.norm_bias }),
    ...dense('classifier', D, labels),
  ]

  /** @param first of the last layer only the first token is computed */
  function states<X>(o: EncoderOperations<X>, first: boolean): X {
    let x = o.norm(o.words(`${PREFIX}embeddings.tok_embeddings`), `${PREFIX}embeddings.norm`, norms)
    for (const [layer, { theta, window }] of kinds.entries()) {
      const name = `${PREFIX}layers.${layer}`
      const last = first && layer === layers - 1
      // the input of the first layer is already normalised by the embeddings' norm
      const mixed = o.attention(layer === 0 ? x : o.norm(x, `${name}.attn_norm`, norms), {
        projections: `${name}.attn.Wqkv`,
        name: `${name}.attn.Wqkv`,
        heads,
        site: `${layer}.qkv`,
        bias: config.attention_bias,
        rope: theta,
        ...(window !== undefined && { window }),
        first: last,
      })
      const attended = o.dense(mixed, `${name}.attn.Wo`, {
        bias: config.attention_bias,
        site: `${layer}.attention`,
      })
      const middle = o.add(last ? o.firstToken(x) : x, attended)
      const wide = o.dense(o.norm(middle, `${name}.mlp_norm`, norms), `${name}.mlp.Wi`, {
        bias: config.mlp_bias,
        site: `${layer}.intermediate`,
      })
      const [input, gate] = o.halves(wide)
      const gated = o.multiply(o.activate(input, activationOf(config.hidden_activation)), gate)
      const narrow = o.dense(gated, `${name}.mlp.Wo`, { bias: config.mlp_bias, site: `${layer}.output` })
      x = o.add(middle, narrow)
    }
    return o.norm(x, `${PREFIX}final_norm`, norms)
  }

  return {
    type: 'modernbert',
    className: 'ModernBertForSequenceClassification',
    layers,
    hidden: D,
    heads,
    vocabulary: words,
    tokenTypes: undefined,
    positions: config.max_position_embeddings,
    labels,
    relevant,
    prefix: PREFIX,
    wordTable: `${PREFIX}embeddings.tok_embeddings.weight`,
    weights: [...encoderWeights(config), ...headWeights],
    head: headWeights.map(({ name }) => name),
    ignored: /^decoder\..*$/,
    template: { start: ['[CLS]'], between: ['[SEP]'], end: ['[SEP]'], secondType: 0 },
    states: (o) => states(o, false),
    score(o) {
      const first = config.classifier_pooling === 'cls'
      const reduced = first ? states(o, true) : o.meanToken(states(o, false))
      const inner = o.dense(o.pooled(reduced), 'head.dense', {
        bias: config.classifier_bias,
        activation: activationOf(config.classifier_activation),
      })
      const logits = o.dense(o.norm(inner, 'head.norm', norms), 'classifier')
      return labels === 2 ? o.margin(logits, relevant) : logits
    },
    keepLayers(kept) {
      if (kept[0] !== 0)
        throw new InputError('The first layer of a ModernBERT has no norm before it: keep layer 0.')
      return {
        config: { num_hidden_layers: kept.length, layer_types: kept.map((layer) => kinds[layer]!.type) },
        rename: renumberLayers(`${PREFIX}layers.`, kept),
      }
    },
  }
}

function encoderWeights(config: ModernbertConfig): WeightShape[] {
  const { num_hidden_layers: layers, hidden_size: D, intermediate_size: I } = config
  const bias = { bias: config.norm_bias }
  const attention = { bias: config.attention_bias }
  const wide = { bias: config.mlp_bias }
  const blocks = Array.from({ length: layers }, (_, layer) => {
    const name = `${PREFIX}layers.${layer}`
    return [
      ...(layer === 0 ? [] : norm(`${name}.attn_norm`, D, bias)),
      ...dense(`${name}.attn.Wqkv`, D, 3 * D, attention),
      ...dense(`${name}.attn.Wo`, D, D, attention),
      ...norm(`${name}.mlp_norm`, D, bias),
      ...dense(`${name}.mlp.Wi`, D, 2 * I, wide),
      ...dense(`${name}.mlp.Wo`, I, D, wide),
    ]
  })
  return [
    matrix(`${PREFIX}embeddings.tok_embeddings`, [config.vocab_size, D]),
    ...norm(`${PREFIX}embeddings.norm`, D, bias),
    ...blocks.flat(),
    ...norm(`${PREFIX}final_norm`, D, bias),
  ]
}

export const modernbert = {
  modelType: 'modernbert',
  config: modernbertConfig,
  // for masked language modelling, and for other ways to compute the same
  harmless: [
    ...ENCODER_HARMLESS,
    ...['decoder_bias', 'sparse_prediction', 'sparse_pred_ignore_index', 'reference_compile'],
    ...['repad_logits_with_grad', 'deterministic_flash_attn', 'layer_norm_eps', 'initializer_cutoff_factor'],
    ...['embedding_dropout', 'mlp_dropout'],
  ],
  weights: (config) => describe(config, 1).weights,
  describe,
} satisfies EncoderArchitecture<ModernbertConfig>
