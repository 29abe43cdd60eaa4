// An encoder in float32, in operators of plain ONNX (opset 17), with the weights of the checkpoint. After the
// last attention only the first token is computed if nothing else affects the score.
//   activations are [N, D] with N = batch * sequence, after the last attention [batch, D]
import type { EncoderOperations } from '@disranker/transformer'
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
import { addStaticTerm, type StaticTerm } from './static-term.ts'

export interface FloatGraph {
  readonly model: Uint8Array
  readonly data: Uint8Array
  /**
   * the inputs of linear layers that int8 quantises, in order; each is an output `probe.<site>` with `probes`
   */
  readonly sites: readonly string[]
}

/**
 * @param probes whether linear inputs become outputs of the graph, for calibration
 * @param staticTerm a static bi-encoder in addition to the network
 */
export function floatGraph(
  checkpoint: Checkpoint,
  {
    probes = false,
    staticTerm,
  }: { readonly probes?: boolean; readonly staticTerm?: StaticTerm | undefined } = {},
): FloatGraph {
  const graph = createGraph(checkpoint.model.type)
  const seen = new Map<string, string>()
  const network = checkpoint.model.score(floatOperations(graph, checkpoint, { seen }))
  const logits = staticTerm ? addStaticTerm(graph, network, staticTerm, 'fp32') : network
  const probed = probes ? probesOf(seen) : []
  return { ...graph.finish(INPUTS, [{ ...LOGITS, from: logits }, ...probed]), sites: [...seen.keys()] }
}

/** The inputs of every site, as outputs of the graph. */
export const probesOf = (seen: ReadonlyMap<string, string>) =>
  Array.from(seen, ([site, from]) => ({
    from,
    name: `probe.${site}`,
    type: 'float32' as const,
    shape: ['rows', 'features'],
  }))

export interface FloatOptions {
  /** receives the input of every site */
  readonly seen?: Map<string, string>
  /** operations with another implementation */
  readonly instead?: Partial<EncoderOperations<string>>
}

/** The operations of an encoder as nodes of a graph. */
export function floatOperations(
  graph: GraphBuilder,
  checkpoint: Checkpoint,
  { seen = new Map(), instead = {} }: FloatOptions = {},
): EncoderOperations<string> {
  const { hidden, positions } = checkpoint.model
  const w = (name: string) => floatWeight(graph, checkpoint, name)
  const columns = (name: string) => checkpoint.tensor(name).shape.at(-1)!
  const flat = (x: string, D: number) => graph.node('Reshape', [x, graph.integers(`flat_${D}`, [-1, D])])
  /** [N, D] -> [batch, sequence, D] */
  const square = (x: string, D: number) =>
    graph.node('Reshape', [
      x,
      graph.node('Concat', [graph.node('Shape', ['input_ids']), graph.integers(`features_${D}`, [D])], {
        attributes: { axis: 0 },
      }),
    ])
  const lookUp = (table: string, ids: string) =>
    flat(graph.node('Gather', [w(`${table}.weight`), ids]), columns(`${table}.weight`))

  const operations: EncoderOperations<string> = {
    words: (table) => lookUp(table, 'input_ids'),
    types: (table) => lookUp(table, 'token_type_ids'),
    addPositions(x, table, from) {
      const name = `${table}.weight`
      const [rows, D] = checkpoint.tensor(name).shape as [number, number]
      const position = graph.node('Gather', [w(name), positionIds(graph, from, rows - 1)])
      return flat(graph.node('Add', [square(x, D), position]), D)
    },
    add: (a, b) => graph.node('Add', [a, b]),
    multiply: (a, b) => graph.node('Mul', [a, b]),
    norm: (x, name, { epsilon, bias = true }) =>
      graph.node('LayerNormalization', [x, w(`${name}.weight`), ...(bias ? [w(`${name}.bias`)] : [])], {
        attributes: { axis: -1, epsilon: { float: epsilon } },
      }),
    addNorm: (x, skip, name, options) => operations.norm(graph.node('Add', [x, skip]), name, options),
    dense(x, name, { bias = true, activation, site } = {}) {
      if (site !== undefined) seen.set(site, x)
      const inputs = [x, w(`${name}.weight`), ...(bias ? [w(`${name}.bias`)] : [])]
      const y = graph.node('Gemm', inputs, { attributes: { transB: 1 } })
      return activation === undefined ? y : activate(graph, y, activation)
    },
    activate: (x, activation) => activate(graph, x, activation),
    halves(x) {
      const half = graph.node('Split', [x], { attributes: { axis: -1 }, outputs: 2 })
      return [half, `${half}_1`]
    },
    attention(x, { projections, heads, site, bias = true, rope, window, first }) {
      seen.set(site, x)
      const dense = (name: string) => operations.dense(x, name, { bias })
      let parts: readonly [string, string, string]
      if (typeof projections === 'string') {
        const all = graph.node('Split', [dense(projections)], { attributes: { axis: -1 }, outputs: 3 })
        parts = [all, `${all}_1`, `${all}_2`]
      } else parts = [dense(projections[0]), dense(projections[1]), dense(projections[2])]
      const mixed = plainAttention(graph, parts, {
        heads,
        hidden,
        ...(rope !== undefined && { rope: { theta: rope, positions } }),
        ...(window !== undefined && { window }),
      })
      return first ? operations.firstToken(mixed) : mixed
    },
    firstToken: (x) => firstToken(graph, square(x, hidden)),
    meanToken: (x) => meanToken(graph, square(x, hidden)),
    pooled: (x) => x,
    margin: (x, relevant) => margin(graph, x, relevant),
    ...instead,
  }
  return operations
}
