// An encoder in int8 with onnxruntime's fused operators. Activations are quantised with constant scales from
// calibration, so a score depends on its own tokens alone: with scales from a batch at run time it would
// depend on neighbours and padding. If one byte is too coarse, a second one holds the remainder, and both are
// multiplied by the same weights: the file does not grow. After the last attention only the first token is
// computed if nothing else affects the score.
//   activations are [batch, sequence, D], after the last attention [batch, 1, D], in the head [batch, D]
import type { Activation, DenseOptions, EncoderOperations } from '@disranker/transformer'
import { type Checkpoint, floatWeight } from './checkpoint.ts'
import { createGraph, type GraphBuilder } from './graph.ts'
import {
  activate,
  firstToken,
  INPUTS,
  LOGITS,
  margin,
  meanToken,
  plainAttention,
  positionIds,
} from './graph-parts.ts'
import { type LinearWeights, linearWeights, quantizedWords } from './quantized-weights.ts'
import { addStaticTerm, type StaticTerm } from './static-term.ts'

/** The quantisation of a float: round(value / scale) + zero, cut to 0 .. `most`. */
export interface ActivationScale {
  readonly scale: number
  readonly zero: number
  /** 127: seven bits, whose products with int8 weights never overflow 16 bits in pairs; 255 by default */
  readonly most?: 127
  /** whether a second byte holds the remainder, and in how many steps; true means 255 */
  readonly fine?: boolean | number
}

/** by site */
export type ActivationScales = Readonly<Record<string, ActivationScale>>

const MICROSOFT = { domain: 'com.microsoft' } as const
/**
 * steps of a second byte in one of the first, and its zero: the remainder is up to half a step in both
 * directions
 */
const FINE = { steps: 255, zero: 128 }
const stepsOf = ({ fine }: ActivationScale) => (typeof fine === 'number' ? fine : FINE.steps)

/**
 * @param scales one for each site of `floatGraph`
 * @param staticTerm a static bi-encoder in addition to the network
 */
export function int8Graph(
  checkpoint: Checkpoint,
  scales: ActivationScales,
  staticTerm?: StaticTerm,
): { model: Uint8Array; data: Uint8Array } {
  const graph = createGraph(`${checkpoint.model.type}_int8${scalesName(scales)}${staticTerm ? '_wide' : ''}`)
  const network = checkpoint.model.score(int8Operations(graph, checkpoint, scales))
  const logits = staticTerm ? addStaticTerm(graph, network, staticTerm, 'int8') : network
  return graph.finish(INPUTS, [{ ...LOGITS, from: logits }])
}

/** Another name for another computation, for readers of the weights that do not run the graph. */
export function scalesName(scales: ActivationScales): '_fine' | '_seven' | '' {
  const all = Object.values(scales)
  if (all.some(({ fine }) => fine)) return '_fine'
  return all.some(({ most }) => most === 127) ? '_seven' : ''
}

export function int8Operations(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  scales: ActivationScales,
): EncoderOperations<string> {
  const { hidden, positions } = checkpoint.model
  const w = (name: string) => floatWeight(graph, checkpoint, name)

  /** bytes, scale and zero of an activation */
  function quantize(x: string, site: string, { scale, zero, most }: ActivationScale = scales[site]!) {
    const scaleName = graph.float(`${site}.scale`, scale)
    const zeroName = graph.weight(`${site}.zero`, [], Uint8Array.of(zero))
    const byte = graph.node('QuantizeLinear', [x, scaleName, zeroName])
    const limits = (values: readonly number[]) =>
      values.map((value) => graph.weight(`byte.${value}`, [], Uint8Array.of(value)))
    const bytes = most === undefined ? byte : graph.node('Clip', [byte, ...limits([0, most])])
    return { bytes, scale: scaleName, zero: zeroName }
  }

  function product(x: string, site: string, { weight, scales: each, zeros }: LinearWeights, bias?: string) {
    const multiply = ({ bytes, scale, zero }: ReturnType<typeof quantize>, bias?: string) => {
      const inputs = [bytes, weight, scale, each, zero, zeros, ...(bias === undefined ? [] : [bias])]
      return graph.node('MatMulIntegerToFloat', inputs, MICROSOFT)
    }
    const first = quantize(x, site)
    if (!scales[site]!.fine) return multiply(first, bias)
    const { bytes, scale, zero } = first
    const rest = graph.node('Sub', [x, graph.node('DequantizeLinear', [bytes, scale, zero])])
    const second = { scale: scales[site]!.scale / stepsOf(scales[site]!), zero: FINE.zero }
    return graph.node('Add', [multiply(first), multiply(quantize(rest, `${site}.fine`, second), bias)])
  }

  /** the fused operator uses the hyperbolic tangent for both forms of the GELU */
  const fastGelu = (x: string, bias?: string) =>
    graph.node('FastGelu', [x, ...(bias === undefined ? [] : [bias])], MICROSOFT)
  const isGelu = (activation?: Activation) => activation === 'gelu' || activation === 'gelu_new'
  const activated = (x: string, activation: Activation) =>
    isGelu(activation) ? fastGelu(x) : activate(graph, x, activation)

  function quantizedDense(x: string, name: string, site: string, { bias = true, activation }: DenseOptions) {
    const layer = linearWeights(graph, checkpoint, name, [name], { bias })
    if (isGelu(activation) && !scales[site]!.fine) return fastGelu(product(x, site, layer), layer.bias)
    const y = product(x, site, layer, layer.bias)
    return activation === undefined ? y : activated(y, activation)
  }

  const operations: EncoderOperations<string> = {
    words: (table) => quantizedWords(graph, checkpoint, `${table}.weight`),
    types: (table) => graph.node('Gather', [w(`${table}.weight`), 'token_type_ids']),
    addPositions(x, table, from) {
      const name = `${table}.weight`
      const position = positionIds(graph, from, checkpoint.tensor(name).shape[0]! - 1)
      return graph.node('Add', [x, graph.node('Gather', [w(name), position])])
    },
    add: (a, b) => graph.node('Add', [a, b]),
    multiply: (a, b) => graph.node('Mul', [a, b]),
    norm: (x, name, { epsilon, bias = true }) =>
      graph.node('LayerNormalization', [x, w(`${name}.weight`), ...(bias ? [w(`${name}.bias`)] : [])], {
        attributes: { axis: -1, epsilon: { float: epsilon } },
      }),
    addNorm: (x, skip, name, { epsilon, bias = true }) =>
      graph.node(
        'SkipLayerNormalization',
        [x, skip, w(`${name}.weight`), ...(bias ? [w(`${name}.bias`)] : [])],
        { ...MICROSOFT, attributes: { epsilon: { float: epsilon } } },
      ),
    dense(x, name, options = {}) {
      const { bias = true, activation, site } = options
      if (site !== undefined) return quantizedDense(x, name, site, options)
      // heads are small and remain float32
      const inputs = [x, w(`${name}.weight`), ...(bias ? [w(`${name}.bias`)] : [])]
      const y = graph.node('Gemm', inputs, { attributes: { transB: 1 } })
      return activation === undefined ? y : activate(graph, y, activation)
    },
    activate: activated,
    halves(x) {
      const half = graph.node('Split', [x], { attributes: { axis: -1 }, outputs: 2 })
      return [half, `${half}_1`]
    },
    attention(x, { projections, name, heads, site, bias = true, rope, window, first }) {
      const parts = typeof projections === 'string' ? [projections] : projections
      const qkv = linearWeights(graph, checkpoint, name, parts, { bias })
      const { fine } = scales[site]!
      let context: string
      // the fused operator reads one byte
      if (!fine && qkv.bias !== undefined && rope === undefined && window === undefined) {
        const { bytes, scale, zero } = quantize(x, site)
        const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: 6 } }) // int32
        context = graph.node(
          'QAttention',
          [bytes, qkv.weight, qkv.bias, scale, qkv.scales, mask, zero, qkv.zeros],
          { ...MICROSOFT, attributes: { num_heads: heads } },
        )
      } else {
        const all = graph.node('Split', [product(x, site, qkv, qkv.bias)], {
          attributes: { axis: -1 },
          outputs: 3,
        })
        const mixed = plainAttention(graph, [all, `${all}_1`, `${all}_2`], {
          heads,
          hidden,
          ...(rope !== undefined && { rope: { theta: rope, positions } }),
          ...(window !== undefined && { window }),
        })
        const shape = graph.node(
          'Concat',
          [graph.node('Shape', ['input_ids']), graph.integers('hidden', [hidden])],
          {
            attributes: { axis: 0 },
          },
        )
        context = graph.node('Reshape', [mixed, shape])
      }
      return first ? operations.firstToken(context) : context
    },
    /** [batch, sequence, D] -> [batch, 1, D] */
    firstToken: (x) =>
      graph.node('Slice', [
        x,
        graph.integers('zero', [0]),
        graph.integers('one', [1]),
        graph.integers('one', [1]),
      ]),
    meanToken: (x) => graph.node('Unsqueeze', [meanToken(graph, x), graph.integers('one', [1])]),
    pooled: (x) => firstToken(graph, x),
    margin: (x, relevant) => margin(graph, x, relevant),
  }
  return operations
}
