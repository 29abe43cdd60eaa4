// The layout of the engine's memory: the weights, then room for one text. It is computed once and never
// grows.
import type { Head, LayerNorm, Model, Site } from './model.ts'
import { type LinearLayer, packPanels, packWeights, panelBytes } from './packed-linear.ts'
import type { EncoderShape } from './shape.ts'

export interface Place {
  readonly weight: number
  readonly panels: number
  /** for the second bytes of the inputs; 0 if there are none */
  readonly restPanels: number
  readonly inputs: number
  readonly outputs: number
}

interface NormPlace {
  readonly gamma: number
  readonly beta: number
}

/** of a ranking head */
export interface HeadPlace {
  readonly weight: number
  readonly bias: number
  readonly norm: NormPlace | undefined
  readonly classifier: number
  readonly offset: number
}

export type LayerPlaces = Readonly<Record<Site, Place>> & {
  readonly norm: NormPlace
  readonly outputNorm: NormPlace
  /** tables of rotary positions */
  readonly turns: TurnsPlace | undefined
  readonly window: number
}

interface TurnsPlace {
  readonly cos: number
  readonly sin: number
}

/** inputs of a step of the product, and bytes of an activation */
const FORMS = {
  relaxed: { group: 4, activation: 1 },
  seven: { group: 4, activation: 1 },
  exact: { group: 2, activation: 2 },
} as const
/** below this address are the constants of the kernels */
const START = 4096
/** rows of the wide layer that are computed at a time */
export const STRIP = 16
/** rows of attention that are computed at a time: BLOCK of kernels/attention.ts */
const BLOCK = 32
const PAGE = 65_536

/** Copies the weights of a model into a new memory. */
export function layOut(
  { D, F, heads, positions, gated, normFirst }: EncoderShape,
  model: Model,
  form: keyof typeof FORMS,
) {
  const { group, activation } = FORMS[form]
  const writes: ((buffer: ArrayBuffer) => void)[] = []
  let end = START
  const reserve = (bytes: number) => {
    const at = end
    end = Math.ceil((at + bytes) / 64) * 64
    return at
  }
  const put = (values: Float32Array | Int8Array) => {
    const at = reserve(values.byteLength)
    writes.push((buffer) =>
      new Uint8Array(buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at),
    )
    return at
  }
  const putNorm = ({ gamma, beta }: LayerNorm): NormPlace => ({ gamma: put(gamma), beta: put(beta) })
  /** 0 if there is none */
  const putTable = (table: Float32Array | undefined) => (table === undefined ? 0 : put(table))
  const putHead = ({ weight, bias, norm, classifier, offset }: Head): HeadPlace => ({
    weight: put(weight),
    bias: put(bias),
    norm: norm && putNorm(norm),
    classifier: put(classifier),
    offset,
  })
  const putPanels = (layer: LinearLayer) => {
    const panels = reserve(panelBytes(layer.outputs))
    writes.push((buffer) => packPanels(layer, group, new DataView(buffer, panels)))
    return panels
  }
  const putLinear = (layer: LinearLayer, rest: LinearLayer | undefined): Place => {
    const { inputs, outputs } = layer
    const weight = reserve(inputs * outputs)
    writes.push((buffer) => packWeights(layer, group, new Int8Array(buffer, weight)))
    return { weight, panels: putPanels(layer), restPanels: rest ? putPanels(rest) : 0, inputs, outputs }
  }

  const columns = Math.ceil(positions / 8) * 8
  const fine = model.layers.some(({ rest }) => Object.values(rest).some((layer) => layer !== undefined))
  /** of one text's activations, and of their second bytes; 0 if no layer has any */
  const reserveRest = (features: number) => (fine ? reserve(activation * positions * features) : 0)
  const turns = new Map(
    Array.from(model.turns, ([theta, { cos, sin }]) => [theta, { cos: put(cos), sin: put(sin) }]),
  )
  const x = reserve(4 * positions * D)
  const places = {
    words: put(model.words),
    wordScales: put(model.wordScales),
    types: putTable(model.types),
    place: putTable(model.positions),
    norm: putNorm(model.norm),
    layers: model.layers.map(
      ({ linear, rest, norm, outputNorm, theta, window }): LayerPlaces => ({
        qkv: putLinear(linear.qkv, rest.qkv),
        attention: putLinear(linear.attention, rest.attention),
        intermediate: putLinear(linear.intermediate, rest.intermediate),
        output: putLinear(linear.output, rest.output),
        norm: putNorm(norm),
        outputNorm: putNorm(outputNorm),
        turns: theta === undefined ? undefined : turns.get(theta),
        window,
      }),
    ),
    head: model.head && putHead(model.head),
    ids: reserve(4 * positions),
    typeIds: reserve(4 * positions),
    x,
    // the input of the next part; in BERT it is also the residual
    normed: normFirst ? reserve(4 * positions * D) : x,
    y: reserve(4 * positions * D),
    context: reserve(4 * positions * D),
    qkv: reserve(12 * positions * D),
    bytes: reserve(activation * positions * D),
    rest: reserveRest(D),
    strip: reserve(4 * STRIP * (gated ? 2 * F : F)),
    wide: reserve(activation * positions * F),
    wideRest: reserveRest(F),
    scratch: reserve(4 * columns * (D / heads + BLOCK)),
  }
  const pages = Math.ceil(end / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  for (const write of writes) write(memory.buffer)
  return { memory, places, activation }
}
