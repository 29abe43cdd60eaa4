// A sentence encoder as a graph: the pooled states of a text, multiplied by a linear map for queries and one
// for documents if some were learned, as unit vectors. Inputs are those of a ranking graph; outputs are
// `query` and `document`, of which a caller uses one.
import type { EncoderOperations, Pooling } from '@disranker/transformer'
import type { Checkpoint } from './checkpoint.ts'
import { type FloatGraph, floatOperations, probesOf } from './float-graph.ts'
import { createGraph, type GraphBuilder } from './graph.ts'
import { INPUTS } from './graph-parts.ts'
import { type ActivationScales, int8Operations, scalesName } from './int8-graph.ts'

export interface VectorSides {
  readonly pooling: Pooling
  /** [D, D] each, row-major, applied to the pooled state; undefined if none was learned */
  readonly maps: Readonly<Record<'query' | 'document', Float32Array>> | undefined
}

/** @param probes whether the inputs of linear layers become outputs of the graph, for calibration */
export function floatVectorGraph(
  checkpoint: Checkpoint,
  sides: VectorSides,
  { probes = false }: { readonly probes?: boolean } = {},
): FloatGraph {
  const graph = createGraph(`${checkpoint.model.type}_${sides.pooling}`)
  const seen = new Map<string, string>()
  const outputs = vectorsOf(graph, checkpoint, sides, floatOperations(graph, checkpoint, { seen }))
  return {
    ...graph.finish(INPUTS, [...outputs, ...(probes ? probesOf(seen) : [])]),
    sites: [...seen.keys()],
  }
}

export function int8VectorGraph(
  checkpoint: Checkpoint,
  sides: VectorSides,
  scales: ActivationScales,
): { readonly model: Uint8Array; readonly data: Uint8Array } {
  const graph = createGraph(`${checkpoint.model.type}_int8${scalesName(scales)}_${sides.pooling}`)
  const outputs = vectorsOf(graph, checkpoint, sides, int8Operations(graph, checkpoint, scales))
  return graph.finish(INPUTS, outputs)
}

function vectorsOf(
  graph: GraphBuilder,
  { model }: Checkpoint,
  { pooling, maps }: VectorSides,
  operations: EncoderOperations<string>,
) {
  const states = model.states(operations)
  const one = pooling === 'mean' ? operations.meanToken(states) : operations.firstToken(states)
  const pooled = operations.pooled(one) // [B, D]
  const D = model.hidden
  return (['query', 'document'] as const).map((name) => {
    const mapped =
      maps === undefined
        ? pooled
        : graph.node('MatMul', [pooled, graph.weight(`vectors.${name}`, [D, D], maps[name])])
    const from = graph.node('LpNormalization', [mapped], { attributes: { axis: -1, p: 2 } })
    return { name, from, type: 'float32' as const, shape: ['batch', D] }
  })
}
