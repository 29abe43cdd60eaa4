// The parts that the graphs of all precisions share: inputs and output, positions, masks, activations, and
// attention in operators of plain ONNX.
//   B rows, T tokens, A heads, d head size, D = A d
import type { Activation } from '@disranker/transformer'
import type { GraphBuilder } from './graph.ts'

export const INPUTS = (['input_ids', 'attention_mask', 'token_type_ids'] as const).map((name) => ({
  name,
  type: 'int64' as const,
  shape: ['batch', 'sequence'],
}))

export const LOGITS = { name: 'logits', type: 'float32' as const, shape: ['batch', 1] }

const FLOAT = { attributes: { to: 1 } }

/** int64 scalar: T */
function columnCount(graph: GraphBuilder): string {
  return graph.node('Gather', [graph.node('Shape', ['input_ids']), scalar(graph, 'columns', 1)])
}

const scalar = (graph: GraphBuilder, name: string, value: number) =>
  graph.weight(name, [], BigInt64Array.of(BigInt(value)))

/**
 * int64 [T]: `from`, `from` + 1, ..., none above `last`: columns after the last known position can only be
 * padding, and use it
 */
export function positionIds(graph: GraphBuilder, from: number, last: number): string {
  const start = scalar(graph, 'from', from)
  const columns = columnCount(graph)
  const end = from === 0 ? columns : graph.node('Add', [columns, start])
  const range = graph.node('Range', [start, end, scalar(graph, 'step', 1)])
  return graph.node('Min', [range, scalar(graph, 'last_position', last)])
}

/** [B, T, D] -> [B, D]: the first token's */
export function firstToken(graph: GraphBuilder, x: string): string {
  return graph.node('Gather', [x, scalar(graph, 'first', 0)], { attributes: { axis: 1 } })
}

/** [B, T, D] -> [B, D]: the mean over tokens that are not padding */
export function meanToken(graph: GraphBuilder, x: string): string {
  const mask = graph.node('Cast', ['attention_mask'], FLOAT) // [B, T]
  const axis = { attributes: { keepdims: 1 } }
  const count = graph.node('ReduceSum', [mask, graph.integers('one', [1])], axis) // [B, 1]
  const weights = graph.node('Unsqueeze', [graph.node('Div', [mask, count]), graph.integers('one', [1])])
  return graph.node('Squeeze', [graph.node('MatMul', [weights, x]), graph.integers('one', [1])])
}

/** [B, 2] -> [B, 1]: the relevant label minus the other */
export function margin(graph: GraphBuilder, x: string, relevant: 0 | 1): string {
  const signs = relevant === 1 ? [-1, 1] : [1, -1]
  return graph.node('MatMul', [x, graph.weight('margin', [2, 1], Float32Array.from(signs))])
}

/** Activations without an operator in plain ONNX are composed of others. */
export function activate(graph: GraphBuilder, x: string, activation: Activation): string {
  const half = () => graph.float('half', 0.5)
  const one = () => graph.float('one_float', 1)
  switch (activation) {
    case 'relu':
      return graph.node('Relu', [x])
    case 'tanh':
      return graph.node('Tanh', [x])
    case 'silu':
      return graph.node('Mul', [x, graph.node('Sigmoid', [x])])
    case 'gelu': {
      // x (1 + erf(x / sqrt 2)) / 2
      const error = graph.node('Erf', [graph.node('Mul', [x, graph.float('root_half', Math.SQRT1_2)])])
      const twice = graph.node('Mul', [x, graph.node('Add', [error, one()])])
      return graph.node('Mul', [twice, half()])
    }
    case 'gelu_new': {
      // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
      const cube = graph.node('Mul', [graph.node('Mul', [x, x]), x])
      const inner = graph.node('Add', [x, graph.node('Mul', [cube, graph.float('cubic', 0.044715)])])
      const bent = graph.node('Tanh', [
        graph.node('Mul', [inner, graph.float('root_two_over_pi', Math.sqrt(2 / Math.PI))]),
      ])
      return graph.node('Mul', [graph.node('Mul', [x, graph.node('Add', [bent, one()])]), half()])
    }
  }
}

export interface PlainAttention {
  readonly heads: number
  /** D */
  readonly hidden: number
  readonly rope?: { readonly theta: number; readonly positions: number }
  readonly window?: number
}

/** q, k, v: each B T D values in this order, of any shape -> [B * T, D] */
export function plainAttention(
  graph: GraphBuilder,
  [q, k, v]: readonly [string, string, string],
  { heads: A, hidden: D, rope, window }: PlainAttention,
): string {
  const shape = graph.node(
    'Concat',
    [graph.node('Shape', ['input_ids']), graph.integers('heads', [A, D / A])],
    {
      attributes: { axis: 0 },
    },
  )
  const split = (x: string, perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [x, shape])], { attributes: { perm } })
  const turn = (x: string) => {
    const turned = split(x, [0, 2, 1, 3]) // [B, A, T, d]
    return rope === undefined ? turned : rotate(graph, turned, D / A, rope)
  }
  const keys =
    rope === undefined
      ? split(k, [0, 2, 3, 1])
      : graph.node('Transpose', [turn(k)], { attributes: { perm: [0, 1, 3, 2] } })
  const scores = graph.node('MatMul', [turn(q), keys]) // [B, A, T, T]
  const scaled = graph.node('Mul', [scores, graph.float('scale', 1 / Math.sqrt(D / A))])
  const seen = graph.node('Add', [scaled, maskBias(graph)])
  const near = window === undefined ? seen : graph.node('Add', [seen, windowBias(graph, window)])
  const weights = graph.node('Softmax', [near], { attributes: { axis: -1 } })
  const mixed = graph.node('MatMul', [weights, split(v, [0, 2, 1, 3])]) // [B, A, T, d]
  const merged = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } })
  return graph.node('Reshape', [merged, graph.integers('flat', [-1, D])])
}

/** [B, 1, 1, T]: 0 for tokens, -1e9 for padding */
function maskBias(graph: GraphBuilder): string {
  const mask = graph.node('Cast', ['attention_mask'], FLOAT)
  const wide = graph.node('Unsqueeze', [mask, graph.integers('between', [1, 2])])
  return graph.node('Mul', [graph.node('Sub', [wide, graph.float('one_float', 1)]), graph.float('far', 1e9)])
}

/** [T, T]: 0 for positions at most `window` apart, -1e9 beyond */
function windowBias(graph: GraphBuilder, window: number): string {
  const position = graph.node('Range', [
    scalar(graph, 'from', 0),
    columnCount(graph),
    scalar(graph, 'step', 1),
  ])
  const column = graph.node('Unsqueeze', [position, graph.integers('one', [1])])
  const apart = graph.node('Abs', [graph.node('Sub', [column, position])])
  const beyond = graph.node('Greater', [apart, scalar(graph, `window_${window}`, window)])
  return graph.node('Mul', [graph.node('Cast', [beyond], FLOAT), graph.float('minus_far', -1e9)])
}

/** [B, A, T, d]: feature i of the lower half turns with feature i of the upper by the angle of its position (Su et al. 2021) */
function rotate(
  graph: GraphBuilder,
  x: string,
  d: number,
  { theta, positions }: { readonly theta: number; readonly positions: number },
): string {
  const half = d / 2
  const table = (name: string, of: (angle: number) => number) => {
    const values = new Float32Array(positions * half)
    for (let position = 0; position < positions; position++)
      for (let i = 0; i < half; i++) values[position * half + i] = of(position * theta ** ((-2 * i) / d))
    const rows = graph.weight(`rope_${theta}.${name}`, [positions, half], values)
    return graph.node('Gather', [rows, positionIds(graph, 0, positions - 1)]) // [T, d / 2]
  }
  const [cos, sin] = [table('cos', Math.cos), table('sin', Math.sin)]
  const lower = graph.node('Split', [x], { attributes: { axis: -1 }, outputs: 2 })
  const upper = `${lower}_1`
  const mul = (a: string, b: string) => graph.node('Mul', [a, b])
  return graph.node(
    'Concat',
    [
      graph.node('Sub', [mul(lower, cos), mul(upper, sin)]),
      graph.node('Add', [mul(upper, cos), mul(lower, sin)]),
    ],
    { attributes: { axis: -1 } },
  )
}
