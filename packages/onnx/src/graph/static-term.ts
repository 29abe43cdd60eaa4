// The static bi-encoder as nodes of a graph: its term in the logits
// (packages/transformer/src/static-bi-encoder.ts).
//   B rows, T tokens, F features
import { STATIC_LEAST, STATIC_TABLE, type StaticBiEncoder } from '@disranker/transformer'
import { createGraph, type GraphBuilder } from './graph.ts'
import { INPUTS, LOGITS } from './graph-parts.ts'
import { quantizeRows } from './quantized-weights.ts'

export interface StaticTerm extends StaticBiEncoder {
  /** the weight of the cosine in the score */
  readonly weight: number
  /** rows of the table of token types */
  readonly tokenTypes: number
}

/** The graph of a student without a network. */
export function staticGraph(term: StaticTerm, precision: 'fp32' | 'int8') {
  const graph = createGraph(precision === 'int8' ? 'static_int8' : 'static')
  return graph.finish(INPUTS, [{ ...LOGITS, from: staticTerm(graph, term, precision) }])
}

/** logits [B, 1] -> logits + weight * cosine */
export const addStaticTerm = (
  graph: GraphBuilder,
  logits: string,
  term: StaticTerm,
  precision: 'fp32' | 'int8',
): string => graph.node('Add', [logits, staticTerm(graph, term, precision)])

/** weight * cosine [B, 1] */
function staticTerm(
  graph: GraphBuilder,
  { features: F, types, table, weight, tokenTypes }: StaticTerm,
  precision: 'fp32' | 'int8',
): string {
  const rows = table.length / F
  const sides = new Float32Array(2 * tokenTypes)
  for (const type of types.query) sides[2 * type] = 1
  for (const type of types.document) sides[2 * type + 1] = 1
  const cast = (x: string) => graph.node('Cast', [x], { attributes: { to: 1 } })
  const gather = (table: string, ids = 'input_ids') => graph.node('Gather', [table, ids])

  let features: string // [B, T, F]
  if (precision === 'fp32') features = gather(graph.weight(STATIC_TABLE, [rows, F], table))
  else {
    const { values, scales } = quantizeRows(table, rows)
    const bytes = gather(graph.weight(`${STATIC_TABLE}_quantized`, [rows, F], values))
    const scale = gather(graph.weight(`${STATIC_TABLE}_scale`, [rows, 1], scales))
    features = graph.node('Mul', [cast(bytes), scale])
  }
  // which tokens belong to the query and which to the document; padding belongs to neither: [B, T, 2]
  const chosen = graph.node('Mul', [
    gather(graph.weight('wide.types', [tokenTypes, 2], sides), 'token_type_ids'),
    graph.node('Unsqueeze', [cast('attention_mask'), graph.integers('last_axis', [-1])]),
  ])
  const turned = graph.node('Transpose', [chosen], { attributes: { perm: [0, 2, 1] } })
  const sums = graph.node('MatMul', [turned, features]) // [B, 2, F]
  // the products of query and document with themselves and each other: q q, q d, d q, d d
  const products = graph.node('MatMul', [
    sums,
    graph.node('Transpose', [sums], { attributes: { perm: [0, 2, 1] } }),
  ])
  const flat = graph.node('Reshape', [products, graph.integers('flat_4', [-1, 4])])
  const qq = graph.node('Split', [flat], { attributes: { axis: 1 }, outputs: 4 })
  const lengths = graph.node('Sqrt', [graph.node('Mul', [qq, `${qq}_3`])])
  const cosine = graph.node('Div', [
    `${qq}_1`,
    graph.node('Max', [lengths, graph.float('wide.least', STATIC_LEAST)]),
  ])
  return graph.node('Mul', [cosine, graph.float('wide.weight', weight)])
}
