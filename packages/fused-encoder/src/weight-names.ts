// The names of each architecture's weights in packages/onnx, which are those of Hugging Face's checkpoints.
import type { EncoderShape } from './shape.ts'

export interface LayerNames {
  readonly qkv: string
  readonly attention: string
  readonly intermediate: string
  readonly output: string
  /** norms of the sums after attention, and after the layer */
  readonly norm: string
  readonly outputNorm: string
}

interface WeightNames {
  readonly words: string
  /** undefined if the model has none */
  readonly types?: string
  readonly positions?: string
  readonly norm: string
  layer(index: number, layers: number): LayerNames
  readonly head: { readonly dense: string; readonly norm?: string; readonly classifier: string }
}

export const WEIGHT_NAMES: Readonly<Record<EncoderShape['type'], WeightNames>> = {
  bert: {
    words: 'bert.embeddings.word_embeddings',
    types: 'bert.embeddings.token_type_embeddings',
    positions: 'bert.embeddings.position_embeddings',
    norm: 'bert.embeddings.LayerNorm',
    layer(index) {
      const name = `bert.encoder.layer.${index}`
      return {
        qkv: `${name}.attention.self.qkv`,
        attention: `${name}.attention.output.dense`,
        intermediate: `${name}.intermediate.dense`,
        output: `${name}.output.dense`,
        norm: `${name}.attention.output.LayerNorm`,
        outputNorm: `${name}.output.LayerNorm`,
      }
    },
    head: { dense: 'bert.pooler.dense', classifier: 'classifier' },
  },
  modernbert: {
    words: 'model.embeddings.tok_embeddings',
    norm: 'model.embeddings.norm',
    // a norm has the name of the part that reads it, so that after a layer is the first norm of the next one
    layer(index, layers) {
      const name = `model.layers.${index}`
      return {
        qkv: `${name}.attn.Wqkv`,
        attention: `${name}.attn.Wo`,
        intermediate: `${name}.mlp.Wi`,
        output: `${name}.mlp.Wo`,
        norm: `${name}.mlp_norm`,
        outputNorm: index + 1 < layers ? `model.layers.${index + 1}.attn_norm` : 'model.final_norm',
      }
    },
    head: { dense: 'head.dense', norm: 'head.norm', classifier: 'classifier' },
  },
}
