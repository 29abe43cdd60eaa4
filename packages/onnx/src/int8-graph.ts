// BERT in int8 with onnxruntime's fused operators. Activations are quantised with constant scales that calibration found,
// so a score depends on its own tokens alone: scales taken from a batch at run time would let neighbours and padding in.
// Behind the last attention only the first token is computed.
import {
  type Checkpoint,
  firstToken,
  floatWeight,
  head,
  INPUTS,
  LOGITS,
  positions,
  type Site,
} from './bert-graph.ts'
import { createGraph } from './graph.ts'
import { type LinearWeights, linearWeights, quantizedEmbedding } from './quantized-weights.ts'

/** How a float becomes a byte: round(value / scale) + zero, cut to 0 .. 255. */
export interface ActivationScale {
  readonly scale: number
  readonly zero: number
}

export type ActivationScales = Readonly<Record<Site, ActivationScale>>

const MICROSOFT = { domain: 'com.microsoft' } as const

/** @param scales one for each site of each layer */
export function int8Graph(
  checkpoint: Checkpoint,
  scales: ActivationScales,
): { model: Uint8Array; data: Uint8Array } {
  const graph = createGraph('bert_int8')
  const { num_hidden_layers: layers, num_attention_heads: heads, layer_norm_eps: epsilon } = checkpoint.config
  const w = (name: string) => floatWeight(graph, checkpoint, name)
  const linear = (name: string, parts = [name]) => linearWeights(graph, checkpoint, name, parts)

  /** bytes, scale and zero of an activation */
  function quantize(x: string, site: Site) {
    const { scale, zero } = scales[site]
    const scaleName = graph.float(`${site}.scale`, scale)
    const zeroName = graph.weight(`${site}.zero`, [], Uint8Array.of(zero))
    return { bytes: graph.node('QuantizeLinear', [x, scaleName, zeroName]), scale: scaleName, zero: zeroName }
  }

  function dense(
    x: string,
    site: Site,
    { weight, scales, zeros, bias }: LinearWeights,
    withBias = true,
  ): string {
    const { bytes, scale, zero } = quantize(x, site)
    const inputs = [bytes, weight, scale, scales, zero, zeros, ...(withBias ? [bias] : [])]
    return graph.node('MatMulIntegerToFloat', inputs, MICROSOFT)
  }

  const skipNorm = (x: string, skip: string, name: string) =>
    graph.node('SkipLayerNormalization', [x, skip, w(`${name}.weight`), w(`${name}.bias`)], {
      ...MICROSOFT,
      attributes: { epsilon: { float: epsilon } },
    })
  /** [batch, sequence, D] -> [batch, 1, D] */
  const firstOnly = (x: string) =>
    graph.node('Slice', [
      x,
      graph.integers('zero', [0]),
      graph.integers('one', [1]),
      graph.integers('one', [1]),
    ])

  const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: 6 } }) // int32
  const embedded = quantizedEmbedding(graph, checkpoint, positions(graph, checkpoint))
  const table = 'bert.embeddings.LayerNorm'
  let x = graph.node('LayerNormalization', [embedded, w(`${table}.weight`), w(`${table}.bias`)], {
    attributes: { axis: -1, epsilon: { float: epsilon } },
  })
  for (let layer = 0; layer < layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const self = `${name}.attention.self`
    const qkv = linear(
      `${self}.qkv`,
      ['query', 'key', 'value'].map((part) => `${self}.${part}`),
    )
    const { bytes, scale, zero } = quantize(x, `${layer}.qkv`)
    let context = graph.node(
      'QAttention',
      [bytes, qkv.weight, qkv.bias, scale, qkv.scales, mask, zero, qkv.zeros],
      { ...MICROSOFT, attributes: { num_heads: heads } },
    )
    if (layer === layers - 1) [x, context] = [firstOnly(x), firstOnly(context)]
    const attended = dense(context, `${layer}.attention`, linear(`${name}.attention.output.dense`))
    const middle = skipNorm(attended, x, `${name}.attention.output.LayerNorm`)
    const inner = linear(`${name}.intermediate.dense`)
    const wide = graph.node(
      'FastGelu',
      [dense(middle, `${layer}.intermediate`, inner, false), inner.bias],
      MICROSOFT,
    )
    x = skipNorm(
      dense(wide, `${layer}.output`, linear(`${name}.output.dense`)),
      middle,
      `${name}.output.LayerNorm`,
    )
  }
  return graph.finish(INPUTS, [{ ...LOGITS, from: head(graph, checkpoint, firstToken(graph, x)) }])
}
