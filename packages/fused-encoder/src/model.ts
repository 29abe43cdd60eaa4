// The weights that the engine reads from a bundle's graph, by the names of packages/onnx, and the graphs that
// it supports.
import { type OnnxWeights, readOnnxWeights } from './onnx-weights.ts'
import type { LinearLayer } from './packed-linear.ts'
import type { StaticWeights } from './static-term.ts'

/** The numbers of a BertConfig for the computation. */
export interface BertShape {
  readonly layers: number
  readonly heads: number
  readonly D: number
  readonly F: number
  /** usable rows of the position table */
  readonly positions: number
  readonly vocabulary: number
  readonly types: number
  readonly epsilon: number
}

export interface ActivationScale {
  readonly scale: number
  readonly zero: number
  /** of a second byte, which holds the remainder; undefined if there is none */
  readonly restScale: number | undefined
  /** its largest value; by default a byte's */
  readonly most?: number
}

const SEVEN_BITS = 127
/** zero of a second byte */
const REST_ZERO = 128

export interface LayerNorm {
  readonly gamma: Float32Array
  readonly beta: Float32Array
}

export const SITES = ['qkv', 'attention', 'intermediate', 'output'] as const
export type Site = (typeof SITES)[number]

export interface ModelLayer {
  readonly linear: Readonly<Record<Site, LinearLayer>>
  /** the same weights with the scales of the second bytes, if there are any */
  readonly rest: Readonly<Record<Site, LinearLayer | undefined>>
  readonly scales: Readonly<Record<Site, ActivationScale>>
  readonly norm: LayerNorm
  readonly outputNorm: LayerNorm
}

export interface Model {
  readonly words: Int8Array
  readonly wordScales: Float32Array
  readonly types: Float32Array
  readonly positions: Float32Array
  readonly norm: LayerNorm
  readonly layers: readonly ModelLayer[]
  /** whether no activation exceeds 127: the relaxed products are then exact on every machine */
  readonly sevenBits: boolean
  /** of a graph that ranks */
  readonly head: Head | undefined
  /** of a graph that has one */
  readonly staticTerm: StaticWeights | undefined
  /** of a graph that gives vectors */
  readonly vectors: VectorWeights | undefined
}

export interface Head {
  readonly weight: Float32Array
  readonly bias: Float32Array
  readonly classifier: Float32Array
  readonly offset: number
}

/** How the states of a text become a vector. */
export interface VectorWeights {
  readonly pooling: 'mean' | 'cls'
  /** [D, D] each, row-major, applied to the pooled state; undefined if the pooled state itself is the vector */
  readonly maps: Readonly<Record<'query' | 'document', Float32Array>> | undefined
}

/** The name of the graph in packages/onnx/src/graph/int8-graph.ts. */
const GRAPHS = [
  ...['bert_int8', 'bert_int8_wide', 'bert_int8_fine', 'bert_int8_fine_wide'],
  ...['bert_int8_seven', 'bert_int8_seven_wide'],
  // packages/onnx/src/graph/vector-graph.ts
  ...['bert_int8_mean', 'bert_int8_cls', 'bert_int8_fine_mean', 'bert_int8_fine_cls'],
  ...['bert_int8_seven_mean', 'bert_int8_seven_cls'],
]

/** The parts of config.json that decide whether and how the engine computes a model. */
export interface BertConfig {
  readonly model_type: string
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly hidden_size: number
  readonly intermediate_size: number
  readonly max_position_embeddings: number
  readonly vocab_size: number
  readonly type_vocab_size: number
  readonly layer_norm_eps: number
  readonly hidden_act: string
}

/** The shape of a model that this engine supports, or undefined: then onnxruntime computes it. */
export function supportedShape(config: BertConfig): BertShape | undefined {
  const { num_attention_heads: heads, hidden_size: D, intermediate_size: F } = config
  // int8 graphs use the hyperbolic tangent for both forms of the GELU
  const known = config.model_type === 'bert' && ['gelu', 'gelu_new'].includes(config.hidden_act)
  // panels of 8 outputs, steps of 4 inputs
  const fits = [D, F, D / heads].every((size) => Number.isInteger(size) && size % 8 === 0)
  if (!(known && fits)) return undefined
  return {
    layers: config.num_hidden_layers,
    heads,
    D,
    F,
    positions: config.max_position_embeddings,
    vocabulary: config.vocab_size,
    types: config.type_vocab_size,
    epsilon: config.layer_norm_eps,
  }
}

/** @throws {Error} another graph, or a weight that is missing or misshapen */
export function readModel(shape: BertShape, model: Uint8Array, data: Uint8Array): Model {
  const { D, F, vocabulary, types, positions } = shape
  const read = reader(readOnnxWeights(model, data))
  const pooling = (['mean', 'cls'] as const).find((one) => read.graph.endsWith(`_${one}`))
  const sevenBits = read.graph.includes('_seven')
  const norm = (name: string): LayerNorm => ({
    gamma: read.floats(`${name}.weight`, D),
    beta: read.floats(`${name}.bias`, D),
  })
  const embeddings = 'bert.embeddings'
  return {
    words: read.bytes(`${embeddings}.word_embeddings.weight_quantized`, vocabulary * D),
    wordScales: read.floats(`${embeddings}.word_embeddings.weight_scale`, vocabulary),
    types: read.floats(`${embeddings}.token_type_embeddings.weight`, types * D),
    positions: read.floats(`${embeddings}.position_embeddings.weight`, positions * D),
    norm: norm(`${embeddings}.LayerNorm`),
    layers: Array.from({ length: shape.layers }, (_, index): ModelLayer => {
      const name = `bert.encoder.layer.${index}`
      const scales = Object.fromEntries(
        SITES.map((site) => [
          site,
          {
            scale: read.floats(`${index}.${site}.scale`, 1)[0]!,
            zero: read.byte(`${index}.${site}.zero`),
            restScale: read.size(`${index}.${site}.fine.scale`)
              ? read.floats(`${index}.${site}.fine.scale`, 1)[0]!
              : undefined,
            ...(sevenBits && { most: SEVEN_BITS }),
          },
        ]),
      ) as Record<Site, ActivationScale>
      const parts: Readonly<Record<Site, readonly [string, number, number]>> = {
        qkv: [`${name}.attention.self.qkv`, D, 3 * D],
        attention: [`${name}.attention.output.dense`, D, D],
        intermediate: [`${name}.intermediate.dense`, D, F],
        output: [`${name}.output.dense`, F, D],
      }
      const linear = (site: Site, scale: number, zero: number, last: boolean): LinearLayer => {
        const [part, inputs, outputs] = parts[site]
        return {
          weight: read.bytes(`${part}.weight_quantized`, inputs * outputs),
          // in onnxruntime's order: the scale of the inputs times that of an output, in single precision
          scales: read.floats(`${part}.weight_scale`, outputs).map((one) => scale * one),
          // added with the last product
          biases: last ? read.floats(`${part}.bias`, outputs) : new Float32Array(outputs),
          inputs,
          outputs,
          zero,
        }
      }
      const bySite = <T>(of: (site: Site, scale: ActivationScale) => T) =>
        Object.fromEntries(SITES.map((site) => [site, of(site, scales[site])])) as Record<Site, T>
      return {
        scales,
        linear: bySite((site, { scale, zero, restScale }) =>
          linear(site, scale, zero, restScale === undefined),
        ),
        rest: bySite((site, { restScale }) =>
          restScale === undefined ? undefined : linear(site, restScale, REST_ZERO, true),
        ),
        norm: norm(`${name}.attention.output.LayerNorm`),
        outputNorm: norm(`${name}.output.LayerNorm`),
      }
    }),
    sevenBits,
    head: pooling ? undefined : readHead(read, D),
    staticTerm: read.graph.endsWith('_wide') ? readStaticTerm(read, vocabulary, types) : undefined,
    vectors: pooling && { pooling, maps: readMaps(read, D) },
  }
}

const readHead = (read: ReturnType<typeof reader>, D: number): Head => ({
  weight: read.floats('bert.pooler.dense.weight', D * D),
  bias: read.floats('bert.pooler.dense.bias', D),
  classifier: read.floats('classifier.weight', D),
  offset: read.floats('classifier.bias', 1)[0]!,
})

const readMaps = (read: ReturnType<typeof reader>, D: number): VectorWeights['maps'] =>
  read.size('vectors.query') === 0
    ? undefined
    : { query: read.floats('vectors.query', D * D), document: read.floats('vectors.document', D * D) }

function readStaticTerm(read: ReturnType<typeof reader>, vocabulary: number, types: number): StaticWeights {
  const table = 'wide.embeddings.weight_quantized'
  const features = read.size(table) / vocabulary
  return {
    features,
    // a copy, so that the file can be freed
    rows: read.bytes(table, vocabulary * features).slice(),
    scales: read.floats('wide.embeddings.weight_scale', vocabulary),
    sides: read.floats('wide.types', 2 * types),
    weight: read.floats('wide.weight', 1)[0]!,
  }
}

function reader({ graph, weights }: OnnxWeights) {
  if (!GRAPHS.includes(graph))
    throw new Error(`the graph is called ${graph || 'nothing'}, this engine computes ${GRAPHS.join(', ')}`)
  const find = (name: string, bytes: number) => {
    const found = weights.get(name)?.bytes
    if (found?.byteLength === bytes) return found
    throw new Error(`the weight ${name} has ${found?.byteLength ?? 'no'} bytes; its config asks for ${bytes}`)
  }
  return {
    graph,
    size: (name: string) => weights.get(name)?.bytes.byteLength ?? 0,
    floats: (name: string, length: number) =>
      new Float32Array(Uint8Array.from(find(name, 4 * length)).buffer),
    bytes(name: string, length: number) {
      const { buffer, byteOffset } = find(name, length)
      return new Int8Array(buffer, byteOffset, length)
    },
    byte: (name: string) => find(name, 1)[0]!,
  }
}
