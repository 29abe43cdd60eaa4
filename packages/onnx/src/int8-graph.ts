// An encoder in int8 with onnxruntime's fused operators. Activations are quantised with constant scales that calibration
// found, so a score depends on its own tokens alone: scales taken from a batch at run time would let neighbours and padding
// in. Behind the last attention only the first token is computed where nothing else reaches the score.
//   activations are [batch, sequence, D], behind the last attention [batch, 1, D], in the head [batch, D]
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
  places,
  plainAttention,
} from './graph-parts.ts'
import { floatWeights, type LinearWeights, linearWeights, quantizedWords } from './quantized-weights.ts'
import { addWide, type WideTerm } from './wide-term.ts'

/** How a float becomes a byte: round(value / scale) + zero, cut to 0 .. 255. */
export interface ActivationScale {
  readonly scale: number
  readonly zero: number
  /** [features]: what each is divided by before, and its weights multiplied with (calibrate.ts) */
  readonly smooth?: Float32Array
}

/** by site; a layer may stay in float32 */
export type ActivationScales = Readonly<Record<string, ActivationScale | 'float32'>>

const MICROSOFT = { domain: 'com.microsoft' } as const

/**
 * @param scales one for each site of `floatGraph`
 * @param wide a wide channel beside the network
 */
export function int8Graph(
  checkpoint: Checkpoint,
  scales: ActivationScales,
  wide?: WideTerm,
): { model: Uint8Array; data: Uint8Array } {
  // another name for another computation: who reads the weights without the graph can tell
  const all = Object.values(scales)
  const smooth = all.some((scale) => scale !== 'float32' && scale.smooth !== undefined) ? '_smooth' : ''
  const mixed = all.includes('float32') ? '_mixed' : ''
  const graph = createGraph(`${checkpoint.model.type}_int8${smooth}${mixed}${wide ? '_wide' : ''}`)
  const network = checkpoint.model.score(int8Operations(graph, checkpoint, scales))
  const logits = wide ? addWide(graph, network, wide, 'int8') : network
  return graph.finish(INPUTS, [{ ...LOGITS, from: logits }])
}

function int8Operations(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  scales: ActivationScales,
): EncoderOperations<string> {
  const { hidden, positions } = checkpoint.model
  const w = (name: string) => floatWeight(graph, checkpoint, name)

  /** bytes, scale and zero of an activation */
  function quantize(given: string, site: string) {
    const { scale, zero, smooth } = scales[site] as ActivationScale
    const inverse = smooth?.map((value) => 1 / value)
    const x = inverse
      ? graph.node('Mul', [given, graph.weight(`${site}.smooth`, [inverse.length], inverse)])
      : given
    const scaleName = graph.float(`${site}.scale`, scale)
    const zeroName = graph.weight(`${site}.zero`, [], Uint8Array.of(zero))
    return { bytes: graph.node('QuantizeLinear', [x, scaleName, zeroName]), scale: scaleName, zero: zeroName }
  }

  /** names [out, in] side by side, as one product; undefined where the site is in int8 */
  function floatProduct(x: string, name: string, parts: readonly string[], site: string, bias: boolean) {
    if (scales[site] !== 'float32') return undefined
    const layer = floatWeights(graph, checkpoint, name, parts, { bias })
    const y = graph.node('MatMul', [x, layer.weight])
    return layer.bias === undefined ? y : graph.node('Add', [y, layer.bias])
  }

  function product(x: string, site: string, { weight, scales, zeros }: LinearWeights, bias?: string): string {
    const { bytes, scale, zero } = quantize(x, site)
    const inputs = [bytes, weight, scale, scales, zero, zeros, ...(bias === undefined ? [] : [bias])]
    return graph.node('MatMulIntegerToFloat', inputs, MICROSOFT)
  }

  const smoothOf = (site: string) => (scales[site] as ActivationScale).smooth

  /** the fused operator takes the hyperbolic tangent for both forms of the GELU */
  const fastGelu = (x: string, bias?: string) =>
    graph.node('FastGelu', [x, ...(bias === undefined ? [] : [bias])], MICROSOFT)
  const isGelu = (activation?: Activation) => activation === 'gelu' || activation === 'gelu_new'
  const activated = (x: string, activation: Activation) =>
    isGelu(activation) ? fastGelu(x) : activate(graph, x, activation)

  function quantizedDense(x: string, name: string, site: string, { bias = true, activation }: DenseOptions) {
    const float = floatProduct(x, name, [name], site, bias)
    if (float !== undefined) return activation === undefined ? float : activated(float, activation)
    const layer = linearWeights(graph, checkpoint, name, [name], { bias, smooth: smoothOf(site) })
    if (isGelu(activation)) return fastGelu(product(x, site, layer), layer.bias)
    const y = product(x, site, layer, layer.bias)
    return activation === undefined ? y : activate(graph, y, activation)
  }

  const operations: EncoderOperations<string> = {
    words: (table) => quantizedWords(graph, checkpoint, `${table}.weight`),
    types: (table) => graph.node('Gather', [w(`${table}.weight`), 'token_type_ids']),
    addPositions(x, table, from) {
      const name = `${table}.weight`
      const place = places(graph, from, checkpoint.tensor(name).shape[0]! - 1)
      return graph.node('Add', [x, graph.node('Gather', [w(name), place])])
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
      // heads are small and stay float32
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
      const float = floatProduct(x, name, parts, site, bias)
      const qkv =
        float === undefined && linearWeights(graph, checkpoint, name, parts, { bias, smooth: smoothOf(site) })
      let context: string
      if (qkv && qkv.bias !== undefined && rope === undefined && window === undefined) {
        const { bytes, scale, zero } = quantize(x, site)
        const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: 6 } }) // int32
        context = graph.node(
          'QAttention',
          [bytes, qkv.weight, qkv.bias, scale, qkv.scales, mask, zero, qkv.zeros],
          { ...MICROSOFT, attributes: { num_heads: heads } },
        )
      } else {
        const all = graph.node('Split', [qkv ? product(x, site, qkv, qkv.bias) : float!], {
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
    margin: (x) => margin(graph, x),
  }
  return operations
}
