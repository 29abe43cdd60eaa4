// The int8 BERT that a general converter writes: operators of plain ONNX, activation scales taken from each batch, every
// token computed to the end. It serves as the baseline of `npm run bench -- edge`; nothing ships it.
import { type Checkpoint, firstToken, floatWeight, head, INPUTS, LOGITS, positions } from './bert-graph.ts'
import { createGraph } from './graph.ts'
import { linearWeights, quantizedEmbedding } from './quantized-weights.ts'

/** The baseline's graph. */
export function unfusedGraph(checkpoint: Checkpoint): { model: Uint8Array; data: Uint8Array } {
  const graph = createGraph('bert_int8_unfused')
  const {
    num_hidden_layers: layers,
    num_attention_heads: A,
    hidden_size: D,
    layer_norm_eps: epsilon,
  } = checkpoint.config
  const w = (name: string) => floatWeight(graph, checkpoint, name)
  const norm = (x: string, name: string) =>
    graph.node('LayerNormalization', [x, w(`${name}.weight`), w(`${name}.bias`)], {
      attributes: { axis: -1, epsilon: { float: epsilon } },
    })

  function dense(x: string, name: string): string {
    const { weight, scales, zeros, bias } = linearWeights(graph, checkpoint, name, [name])
    const bytes = graph.node('DynamicQuantizeLinear', [x], { outputs: 3 })
    const product = graph.node('MatMulInteger', [bytes, weight, `${bytes}_2`, zeros])
    const float = graph.node('Cast', [product], { attributes: { to: 1 } })
    return graph.node('Add', [graph.node('Mul', [float, graph.node('Mul', [`${bytes}_1`, scales])]), bias])
  }

  const maskFloat = graph.node('Cast', ['attention_mask'], { attributes: { to: 1 } })
  const wideMask = graph.node('Unsqueeze', [maskFloat, graph.integers('between', [1, 2])])
  const maskBias = graph.node('Mul', [
    graph.node('Sub', [wideMask, graph.float('one_float', 1)]),
    graph.float('far', 1e9),
  ])
  const split = (x: string, name: string, perm: readonly number[]) =>
    graph.node(
      'Transpose',
      [graph.node('Reshape', [dense(x, name), graph.integers('heads', [0, 0, A, D / A])])],
      {
        attributes: { perm },
      },
    )
  let x = norm(
    quantizedEmbedding(graph, checkpoint, positions(graph, checkpoint)),
    'bert.embeddings.LayerNorm',
  )
  for (let layer = 0; layer < layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const self = `${name}.attention.self`
    const scores = graph.node('MatMul', [
      split(x, `${self}.query`, [0, 2, 1, 3]),
      split(x, `${self}.key`, [0, 2, 3, 1]),
    ])
    const scaled = graph.node('Div', [scores, graph.float('root', Math.sqrt(D / A))])
    const weights = graph.node('Softmax', [graph.node('Add', [scaled, maskBias])], {
      attributes: { axis: -1 },
    })
    const mixed = graph.node('MatMul', [weights, split(x, `${self}.value`, [0, 2, 1, 3])])
    const turned = graph.node('Transpose', [mixed], { attributes: { perm: [0, 2, 1, 3] } })
    const context = graph.node('Reshape', [turned, graph.integers('merged', [0, 0, D])])
    const attended = graph.node('Add', [dense(context, `${name}.attention.output.dense`), x])
    const middle = norm(attended, `${name}.attention.output.LayerNorm`)
    const h = dense(middle, `${name}.intermediate.dense`)
    const error = graph.node('Erf', [graph.node('Div', [h, graph.float('root_two', Math.SQRT2)])])
    const twice = graph.node('Mul', [h, graph.node('Add', [error, graph.float('one_float', 1)])])
    const wide = graph.node('Mul', [twice, graph.float('half', 0.5)])
    x = norm(graph.node('Add', [dense(wide, `${name}.output.dense`), middle]), `${name}.output.LayerNorm`)
  }
  return graph.finish(INPUTS, [{ ...LOGITS, from: head(graph, checkpoint, firstToken(graph, x)) }])
}
