// BERT in float32, in operators of plain ONNX (opset 17), weights as they lie in the checkpoint. Behind the last
// attention only the first token is computed: nothing else reaches the score.
//   N = batch * sequence, D hidden size, A heads, d head size
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
import { createGraph, type GraphBuilder } from './graph.ts'

export interface FloatGraph {
  readonly model: Uint8Array
  readonly data: Uint8Array
}

/** @param probes sites whose linear inputs become outputs of the graph, to calibrate by */
export function floatGraph(checkpoint: Checkpoint, probes: readonly Site[] = []): FloatGraph {
  const graph = createGraph('bert')
  const { config } = checkpoint
  const { num_hidden_layers: layers, layer_norm_eps: epsilon } = config
  const w = (name: string) => floatWeight(graph, checkpoint, name)
  const seen = new Map<Site, string>()
  const norm = (x: string, name: string) =>
    graph.node('LayerNormalization', [x, w(`${name}.weight`), w(`${name}.bias`)], {
      attributes: { axis: -1, epsilon: { float: epsilon } },
    })
  const dense = (x: string, name: string) =>
    graph.node('Gemm', [x, w(`${name}.weight`), w(`${name}.bias`)], { attributes: { transB: 1 } })

  const flat = graph.integers('flat', [-1, config.hidden_size])
  let x = graph.node('Reshape', [norm(embed(graph, checkpoint), 'bert.embeddings.LayerNorm'), flat]) // [N, D]
  for (let layer = 0; layer < layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const last = layer === layers - 1
    seen.set(`${layer}.qkv`, x)
    let context = attention(graph, config, dense, x, `${name}.attention.self`) // [N, D]
    if (last) [x, context] = [first(graph, config.hidden_size, x), first(graph, config.hidden_size, context)] // [batch, D]
    seen.set(`${layer}.attention`, context)
    const attended = graph.node('Add', [dense(context, `${name}.attention.output.dense`), x])
    const middle = norm(attended, `${name}.attention.output.LayerNorm`)
    seen.set(`${layer}.intermediate`, middle)
    const wide = gelu(graph, dense(middle, `${name}.intermediate.dense`))
    seen.set(`${layer}.output`, wide)
    x = norm(graph.node('Add', [dense(wide, `${name}.output.dense`), middle]), `${name}.output.LayerNorm`)
  }
  const outputs = probes.map((site) => ({
    from: seen.get(site)!,
    name: `probe.${site}`,
    type: 'float32' as const,
    shape: ['rows', 'features'],
  }))
  return graph.finish(INPUTS, [{ ...LOGITS, from: head(graph, checkpoint, x) }, ...outputs])
}

/** [batch, sequence, D] */
function embed(graph: GraphBuilder, checkpoint: Checkpoint): string {
  const table = (name: string, ids: string) =>
    graph.node('Gather', [floatWeight(graph, checkpoint, `bert.embeddings.${name}.weight`), ids])
  const sum = graph.node('Add', [
    table('word_embeddings', 'input_ids'),
    table('token_type_embeddings', 'token_type_ids'),
  ])
  return graph.node('Add', [sum, positions(graph, checkpoint)])
}

/** [N, D] -> [N, D] */
function attention(
  graph: GraphBuilder,
  { num_attention_heads: A, hidden_size: D }: Checkpoint['config'],
  dense: (x: string, name: string) => string,
  x: string,
  name: string,
): string {
  const shape = graph.node(
    'Concat',
    [graph.node('Shape', ['input_ids']), graph.integers('heads', [A, D / A])],
    {
      attributes: { axis: 0 },
    },
  )
  const split = (part: string, perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [dense(x, `${name}.${part}`), shape])], {
      attributes: { perm },
    })
  const scores = graph.node('MatMul', [split('query', [0, 2, 1, 3]), split('key', [0, 2, 3, 1])]) // [batch, A, T, T]
  const scaled = graph.node('Mul', [scores, graph.float('scale', 1 / Math.sqrt(D / A))])
  const weights = graph.node('Softmax', [graph.node('Add', [scaled, maskBias(graph)])], {
    attributes: { axis: -1 },
  })
  const mixed = graph.node('MatMul', [weights, split('value', [0, 2, 1, 3])]) // [batch, A, T, d]
  const merged = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } })
  return graph.node('Reshape', [merged, graph.integers('flat', [-1, D])])
}

/** [batch, 1, 1, T]: 0 for tokens, -1e9 for padding */
function maskBias(graph: GraphBuilder): string {
  const mask = graph.node('Cast', ['attention_mask'], { attributes: { to: 1 } })
  const wide = graph.node('Unsqueeze', [mask, graph.integers('between', [1, 2])])
  return graph.node('Mul', [graph.node('Sub', [wide, graph.float('one_float', 1)]), graph.float('far', 1e9)])
}

/** [N, D] -> [batch, D] */
function first(graph: GraphBuilder, D: number, x: string): string {
  const shape = graph.node('Concat', [graph.node('Shape', ['input_ids']), graph.integers('features', [D])], {
    attributes: { axis: 0 },
  })
  return firstToken(graph, graph.node('Reshape', [x, shape]))
}

/** x (1 + erf(x / sqrt 2)) / 2 */
function gelu(graph: GraphBuilder, x: string): string {
  const error = graph.node('Erf', [graph.node('Mul', [x, graph.float('root_half', Math.SQRT1_2)])])
  const twice = graph.node('Mul', [x, graph.node('Add', [error, graph.float('one_float', 1)])])
  return graph.node('Mul', [twice, graph.float('half', 0.5)])
}
