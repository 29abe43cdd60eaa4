// The weights that the engine reads from a bundle's graph, and the graphs that it supports.
import { type OnnxWeights, readOnnxWeights } from './onnx-weights.ts'
import type { LinearLayer } from './packed-linear.ts'
import type { EncoderShape, LayerKind, Pooling } from './shape.ts'
import type { StaticWeights } from './static-term.ts'
import { type LayerNames, WEIGHT_NAMES } from './weight-names.ts'

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

export interface ModelLayer extends LayerKind {
  readonly linear: Readonly<Record<Site, LinearLayer>>
  /** the same weights with the scales of the second bytes, if there are any */
  readonly rest: Readonly<Record<Site, LinearLayer | undefined>>
  readonly scales: Readonly<Record<Site, ActivationScale>>
  readonly norm: LayerNorm
  readonly outputNorm: LayerNorm
}

/** Cosines and sines of the angles of rotary positions, [positions, d / 2] each. */
export interface Turns {
  readonly cos: Float32Array
  readonly sin: Float32Array
}

export interface Model {
  readonly words: Int8Array
  readonly wordScales: Float32Array
  /** undefined if the model has none */
  readonly types: Float32Array | undefined
  readonly positions: Float32Array | undefined
  /** by theta */
  readonly turns: ReadonlyMap<number, Turns>
  readonly norm: LayerNorm
  readonly layers: readonly ModelLayer[]
  /** whether no activation exceeds 127: the relaxed products are then exact on every machine */
  readonly sevenBits: boolean
  /** how the states of a text become one */
  readonly pooling: Pooling
  /** of a graph that ranks */
  readonly head: Head | undefined
  /** of a graph that has one */
  readonly staticTerm: StaticWeights | undefined
  /** [D, D] each, row-major, applied to the pooled state; undefined if the pooled state itself is the vector */
  readonly maps: Readonly<Record<'query' | 'document', Float32Array>> | undefined
}

/** A dense layer, its activation, and a classifier: the hyperbolic tangent, or the GELU and a norm. */
export interface Head {
  readonly weight: Float32Array
  readonly bias: Float32Array
  readonly norm: LayerNorm | undefined
  readonly classifier: Float32Array
  readonly offset: number
}

/** The names of the graphs in packages/onnx/src/graph (int8-graph.ts, vector-graph.ts), after the type of the model. */
const GRAPHS = ['', '_fine', '_seven'].flatMap((form) =>
  ['', '_wide', '_mean', '_cls'].map((kind) => `_int8${form}${kind}`),
)

/** @throws {Error} another graph, or a weight that is missing or misshapen */
export function readModel(shape: EncoderShape, model: Uint8Array, data: Uint8Array): Model {
  const { D, vocabulary, types, positions, biases } = shape
  const read = reader(readOnnxWeights(model, data), shape.type)
  const names = WEIGHT_NAMES[shape.type]
  const pooling = (['mean', 'cls'] as const).find((one) => read.graph.endsWith(`_${one}`))
  const sevenBits = read.graph.includes('_seven')
  const norm = (name: string): LayerNorm => ({
    gamma: read.floats(`${name}.weight`, D),
    beta: biases.norm ? read.floats(`${name}.bias`, D) : new Float32Array(D),
  })
  const layer = (kind: LayerKind, index: number): ModelLayer => {
    const layerNames = names.layer(index, shape.layers.length)
    return {
      ...readLinear(read, shape, layerNames, index, sevenBits),
      ...kind,
      norm: norm(layerNames.norm),
      outputNorm: norm(layerNames.outputNorm),
    }
  }
  const turns = new Set(shape.layers.flatMap(({ theta }) => theta ?? []))
  const half = D / shape.heads / 2
  return {
    words: read.bytes(`${names.words}.weight_quantized`, vocabulary * D),
    wordScales: read.floats(`${names.words}.weight_scale`, vocabulary),
    types: names.types === undefined ? undefined : read.floats(`${names.types}.weight`, types! * D),
    positions:
      names.positions === undefined ? undefined : read.rows(`${names.positions}.weight`, positions, D),
    turns: new Map(
      Array.from(turns, (theta) => [
        theta,
        {
          cos: read.rows(`rope_${theta}.cos`, positions, half),
          sin: read.rows(`rope_${theta}.sin`, positions, half),
        },
      ]),
    ),
    norm: norm(names.norm),
    layers: shape.layers.map(layer),
    sevenBits,
    pooling: pooling ?? shape.pooling,
    head: pooling ? undefined : readHead(read, shape, norm),
    staticTerm: read.graph.endsWith('_wide') ? readStaticTerm(read, vocabulary) : undefined,
    maps: pooling && readMaps(read, D),
  }
}

type Reader = ReturnType<typeof reader>

/** The linear maps of a layer and the scales of their inputs. */
function readLinear(
  read: Reader,
  { D, F, gated, biases }: EncoderShape,
  names: LayerNames,
  index: number,
  sevenBits: boolean,
): Pick<ModelLayer, 'linear' | 'rest' | 'scales'> {
  const sizes: Readonly<Record<Site, readonly [inputs: number, outputs: number, bias: boolean]>> = {
    qkv: [D, 3 * D, biases.attention],
    attention: [D, D, biases.attention],
    intermediate: [D, gated ? 2 * F : F, biases.wide],
    output: [F, D, biases.wide],
  }
  const scaleOf = (site: Site): ActivationScale => ({
    scale: read.floats(`${index}.${site}.scale`, 1)[0]!,
    zero: read.byte(`${index}.${site}.zero`),
    restScale: read.size(`${index}.${site}.fine.scale`)
      ? read.floats(`${index}.${site}.fine.scale`, 1)[0]!
      : undefined,
    ...(sevenBits && { most: SEVEN_BITS }),
  })
  const linear = (site: Site, scale: number, zero: number, last: boolean): LinearLayer => {
    const [inputs, outputs, bias] = sizes[site]
    return {
      weight: read.bytes(`${names[site]}.weight_quantized`, inputs * outputs),
      // in onnxruntime's order: the scale of the inputs times that of an output, in single precision
      scales: read.floats(`${names[site]}.weight_scale`, outputs).map((one) => scale * one),
      // added with the last product
      biases: bias && last ? read.floats(`${names[site]}.bias`, outputs) : new Float32Array(outputs),
      inputs,
      outputs,
      zero,
    }
  }
  const bySite = <T>(of: (site: Site) => T) =>
    Object.fromEntries(SITES.map((site) => [site, of(site)])) as Record<Site, T>
  const scales = bySite(scaleOf)
  return {
    scales,
    linear: bySite((site) => {
      const { scale, zero, restScale } = scales[site]
      return linear(site, scale, zero, restScale === undefined)
    }),
    rest: bySite((site) => {
      const { restScale } = scales[site]
      return restScale === undefined ? undefined : linear(site, restScale, REST_ZERO, true)
    }),
  }
}

function readHead(read: Reader, { D, type, biases }: EncoderShape, norm: (name: string) => LayerNorm): Head {
  const { dense, norm: normName, classifier } = WEIGHT_NAMES[type].head
  return {
    weight: read.floats(`${dense}.weight`, D * D),
    bias: biases.head ? read.floats(`${dense}.bias`, D) : new Float32Array(D),
    norm: normName === undefined ? undefined : norm(normName),
    classifier: read.floats(`${classifier}.weight`, D),
    offset: read.floats(`${classifier}.bias`, 1)[0]!,
  }
}

const readMaps = (read: Reader, D: number): Model['maps'] =>
  read.size('vectors.query') === 0
    ? undefined
    : { query: read.floats('vectors.query', D * D), document: read.floats('vectors.document', D * D) }

function readStaticTerm(read: Reader, vocabulary: number): StaticWeights {
  const table = 'wide.embeddings.weight_quantized'
  const features = read.size(table) / vocabulary
  return {
    features,
    // a copy, so that the file can be freed
    rows: read.bytes(table, vocabulary * features).slice(),
    scales: read.floats('wide.embeddings.weight_scale', vocabulary),
    sides: read.floats('wide.types', read.size('wide.types') / 4),
    weight: read.floats('wide.weight', 1)[0]!,
  }
}

function reader({ graph, weights }: OnnxWeights, type: EncoderShape['type']) {
  const known = GRAPHS.map((name) => `${type}${name}`)
  if (!known.includes(graph))
    throw new Error(`the graph is called ${graph || 'nothing'}, this engine computes ${known.join(', ')}`)
  const find = (name: string, bytes: number) => {
    const found = weights.get(name)?.bytes
    if (found?.byteLength === bytes) return found
    throw new Error(`the weight ${name} has ${found?.byteLength ?? 'no'} bytes; its config asks for ${bytes}`)
  }
  const floatsOf = (bytes: Uint8Array) => new Float32Array(Uint8Array.from(bytes).buffer)
  return {
    graph,
    size: (name: string) => weights.get(name)?.bytes.byteLength ?? 0,
    floats: (name: string, length: number) => floatsOf(find(name, 4 * length)),
    /** the first rows of a table, which may have more */
    rows(name: string, rows: number, columns: number) {
      const found = weights.get(name)?.bytes.byteLength ?? 0
      return floatsOf(find(name, Math.max(found, 4 * rows * columns)).subarray(0, 4 * rows * columns))
    },
    bytes(name: string, length: number) {
      const { buffer, byteOffset } = find(name, length)
      return new Int8Array(buffer, byteOffset, length)
    },
    byte: (name: string) => find(name, 1)[0]!,
  }
}
