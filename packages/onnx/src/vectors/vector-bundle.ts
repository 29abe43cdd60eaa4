// A bundle with a sentence encoder next to its network.
import type { EncoderCheckpoint } from '@disranker/checkpoint'
import { supportedShape } from '@disranker/fused-encoder'
import type { EncoderNote } from '@disranker/ranking'
import type { Bundle, BundleConfig, VectorsConfig } from '@disranker/reranker'
import { InputError } from '@disranker/stage'
import { withManifest } from '../bundle.ts'
import { type Checkpoint, createCheckpoint } from '../graph/checkpoint.ts'
import type { ActivationScales } from '../graph/int8-graph.ts'
import { floatVectorGraph, int8VectorGraph, type VectorSides } from '../graph/vector-graph.ts'
import { type CalibrationText, calibrate } from '../int8/calibrate.ts'

type Encoder = VectorsConfig['encoder']

export interface VectorEncoderFiles {
  readonly model: Uint8Array
  readonly data: Uint8Array
  readonly tokenizer: string
  /** its entry in config.json, except the keys that are chosen later */
  readonly config: Omit<VectorsConfig, 'weights' | 'relevance'>
}

/** sums of 31 bits, activations from 0 to 255 steps, weights up to 127: see sixteen-bits.ts of packages/fused-encoder */
const MOST_SUM = 2 ** 31 / (255 * 127)
/** maximal steps of a second byte: 255 of them times 255 no longer fit into 16 bits */
const MOST_STEPS = 64

/**
 * Quantises a sentence encoder. Activations have about 13 bits, which the engine multiplies at the price of a
 * byte.
 * @param texts for calibrating the scales
 * @throws {InputError} the encoder is not supported
 */
export async function vectorEncoder(
  source: EncoderCheckpoint,
  { reading }: EncoderNote,
  maps: VectorSides['maps'],
  texts: readonly CalibrationText[],
  scratch: string,
): Promise<VectorEncoderFiles> {
  const encoder = source.config as unknown as Encoder
  const { lengths, pooling, prefixes, around } = reading
  const positions = Math.max(lengths.query, lengths.document)
  const shape = supportedShape(encoder, positions)
  if (typeof shape === 'string') throw notServed(`${source.name} is not computed at the edge: ${shape}`)
  if (pooling === 'last') throw notServed(`${source.name} takes the last token as the vector of a text`)
  const checkpoint = cutPositions(source, positions)
  const sides: VectorSides = { pooling, maps }
  const probed = floatVectorGraph(checkpoint, sides, { probes: true })
  const scales = await calibrate(checkpoint, texts, scratch, probed)
  const widest = Math.max(encoder.hidden_size, encoder.intermediate_size)
  const steps = Math.min(MOST_STEPS, Math.floor(MOST_SUM / widest) - 1)
  const fine: ActivationScales = Object.fromEntries(
    Object.entries(scales).map(([site, scale]) => [site, { ...scale, fine: steps }]),
  )
  return {
    ...int8VectorGraph(checkpoint, sides, fine),
    tokenizer: source.tokenizer,
    config: {
      features: checkpoint.model.hidden,
      encoder: { ...shapeOf(encoder), max_position_embeddings: positions },
      around,
      prefixes,
      lengths,
    },
  }
}

/** An encoder that features can use, but no bundle. */
export const notServed = (what: string) =>
  new InputError(
    `${what}; the form "vectors" serves BERT and ModernBERT with GELU (all-MiniLM, e5, bge). Name such an encoder in packages/sentence-encoder/recipes/features.ts, or set edge.form to "static" in packages/onnx/recipes/vectors.ts.`,
  )

/** The keys of a config.json that the computation uses; the others describe the source of the model. */
const COMPUTED = [
  ...['model_type', 'num_hidden_layers', 'num_attention_heads', 'hidden_size', 'intermediate_size'],
  ...['max_position_embeddings', 'vocab_size', 'type_vocab_size', 'layer_norm_eps', 'hidden_act'],
  // of ModernBERT
  ...['hidden_activation', 'norm_eps', 'norm_bias', 'attention_bias', 'mlp_bias', 'local_attention'],
  ...[
    'layer_types',
    'global_attn_every_n_layers',
    'global_rope_theta',
    'local_rope_theta',
    'rope_parameters',
  ],
]

function shapeOf(encoder: Encoder): Encoder {
  const given = new Map(Object.entries(encoder))
  return Object.fromEntries(
    COMPUTED.filter((key) => given.has(key)).map((key) => [key, given.get(key)]),
  ) as unknown as Encoder
}

const POSITIONS = 'bert.embeddings.position_embeddings.weight'

/** Removes the rows of positions that no text reaches. */
function cutPositions({ config, tensors }: EncoderCheckpoint, positions: number): Checkpoint {
  const whole = createCheckpoint(config, tensors)
  const kept = Math.min(whole.model.positions, positions)
  return {
    model: { ...whole.model, positions: kept },
    tensor(name) {
      const found = whole.tensor(name)
      if (name !== POSITIONS) return found
      const D = found.shape[1]!
      return { shape: [kept, D], data: found.data.slice(0, kept * D) }
    },
  }
}

/** The bundle of a student with an encoder and the weights of its vectors. */
export function withVectors(
  student: Bundle,
  { model, data, tokenizer, config: about }: VectorEncoderFiles,
  chosen: Pick<VectorsConfig, 'weights' | 'relevance'>,
  metrics: Readonly<Record<string, unknown>> = {},
): Record<string, Uint8Array> {
  const text = (content: string) => new TextEncoder().encode(content)
  const parse = (name: string) => JSON.parse(new TextDecoder().decode(student[name]))
  const config = parse('config.json') as BundleConfig
  const vectors: VectorsConfig = { ...about, ...chosen }
  const told = { ...config, disranker: { ...config.disranker, vectors } }
  return withManifest(
    {
      ...student,
      'config.json': text(`${JSON.stringify(told, undefined, 1)}\n`),
      'encoder.onnx': model,
      'encoder.onnx.data': data,
      'encoder-tokenizer.json': text(tokenizer),
    },
    { ...parse('manifest.json').metrics, ...metrics },
  )
}
