// The int8 encoder of a general converter: operators of plain ONNX, activation scales from each batch, every
// token computed in every layer. It is the baseline of `npm run bench -- edge`; nothing ships it.
import type { EncoderOperations } from '@disranker/transformer'
import type { Checkpoint } from './checkpoint.ts'
import { floatOperations } from './float-graph.ts'
import { createGraph } from './graph.ts'
import { activate, INPUTS, LOGITS } from './graph-parts.ts'
import { linearWeights, quantizedWords } from './quantized-weights.ts'

/** The baseline's graph. */
export function unfusedGraph(checkpoint: Checkpoint): { model: Uint8Array; data: Uint8Array } {
  const graph = createGraph(`${checkpoint.model.type}_int8_unfused`)
  const float = floatOperations(graph, checkpoint)
  // without a site only the head is float32: attention requests its projections without one
  const dense: EncoderOperations<string>['dense'] = (x, name, options = {}) => {
    if (checkpoint.model.head.includes(`${name}.weight`)) return float.dense(x, name, options)
    const { weight, scales, zeros, bias } = linearWeights(graph, checkpoint, name, [name], options)
    const bytes = graph.node('DynamicQuantizeLinear', [x], { outputs: 3 })
    const product = graph.node('MatMulInteger', [bytes, weight, `${bytes}_2`, zeros])
    const wide = graph.node('Cast', [product], { attributes: { to: 1 } })
    const scaled = graph.node('Mul', [wide, graph.node('Mul', [`${bytes}_1`, scales])])
    const y = bias === undefined ? scaled : graph.node('Add', [scaled, bias])
    return options.activation === undefined ? y : activate(graph, y, options.activation)
  }
  const quantized: EncoderOperations<string> = floatOperations(graph, checkpoint, {
    instead: {
      dense,
      words: (table) => {
        const name = `${table}.weight`
        const columns = checkpoint.tensor(name).shape.at(-1)!
        const rows = quantizedWords(graph, checkpoint, name)
        return graph.node('Reshape', [rows, graph.integers(`flat_${columns}`, [-1, columns])])
      },
    },
  })
  const logits = checkpoint.model.score<string>({
    ...quantized,
    attention: (x, options) => quantized.attention(x, { ...options, first: false }),
    firstToken: (x) => x,
    pooled: (x) => float.firstToken(x),
  })
  return graph.finish(INPUTS, [{ ...LOGITS, from: logits }])
}
