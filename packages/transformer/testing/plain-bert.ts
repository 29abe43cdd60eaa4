// For tests: BERT for one text, written as loops over numbers, directly from the formulas, without any code
// of the network that it checks.
import type { BertConfig } from '../src/architectures/bert/config.ts'
import type { Tensors } from '../src/tensors/safetensors.ts'

/** The logit of one text without padding. */
export function plainEncoder(
  config: BertConfig,
  tensors: Tensors,
  ids: Int32Array,
  typeIds: Int32Array,
): number {
  const heads = config.num_attention_heads
  const size = config.hidden_size / heads
  const value = (name: string, row: number, column = 0) => {
    const { shape, data } = tensors.get(name)!
    return data[row * (shape[1] ?? 1) + column]!
  }
  const dense = (x: number[], name: string) =>
    Array.from({ length: tensors.get(`${name}.bias`)!.shape[0]! }, (_, out) =>
      x.reduce((sum, xi, i) => sum + xi * value(`${name}.weight`, out, i), value(`${name}.bias`, out)),
    )
  const norm = (x: number[], name: string) => {
    const mean = x.reduce((sum, xi) => sum + xi, 0) / x.length
    const variance = x.reduce((sum, xi) => sum + (xi - mean) ** 2, 0) / x.length
    return x.map(
      (xi, i) =>
        ((xi - mean) / Math.sqrt(variance + config.layer_norm_eps)) * value(`${name}.weight`, i) +
        value(`${name}.bias`, i),
    )
  }

  let states = Array.from(ids, (id, position) =>
    norm(
      Array.from(
        { length: config.hidden_size },
        (_, i) =>
          value('bert.embeddings.word_embeddings.weight', id, i) +
          value('bert.embeddings.position_embeddings.weight', position, i) +
          value('bert.embeddings.token_type_embeddings.weight', typeIds[position]!, i),
      ),
      'bert.embeddings.LayerNorm',
    ),
  )
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = `bert.encoder.layer.${layer}`
    const [q, k, v] = ['query', 'key', 'value'].map((part) =>
      states.map((x) => dense(x, `${name}.attention.self.${part}`)),
    ) as [number[][], number[][], number[][]]
    states = states.map((x, position) => {
      const context: number[] = []
      for (let head = 0; head < heads; head++) {
        const features = Array.from({ length: size }, (_, i) => head * size + i)
        const weights = k.map((key) =>
          Math.exp(features.reduce((sum, i) => sum + q[position]![i]! * key[i]!, 0) / Math.sqrt(size)),
        )
        const all = weights.reduce((sum, weight) => sum + weight, 0)
        for (const i of features)
          context.push(v.reduce((sum, row, at) => sum + (weights[at]! / all) * row[i]!, 0))
      }
      const attended = dense(context, `${name}.attention.output.dense`)
      const middle = norm(
        x.map((xi, i) => xi + attended[i]!),
        `${name}.attention.output.LayerNorm`,
      )
      const wide = dense(middle, `${name}.intermediate.dense`).map((z) => z * normalDistribution(z))
      const narrow = dense(wide, `${name}.output.dense`)
      return norm(
        middle.map((xi, i) => xi + narrow[i]!),
        `${name}.output.LayerNorm`,
      )
    })
  }
  const pooled = dense(states[0]!, 'bert.pooler.dense').map(Math.tanh)
  return dense(pooled, 'classifier')[0]!
}

/** P(X < x) of a standard normal X, by its power series; for |x| up to about 6. */
function normalDistribution(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= (-x * x * (2 * n - 1)) / (2 * n * (2 * n + 1))
    sum += term
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI)
}
