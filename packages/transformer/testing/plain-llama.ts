// For tests: LLaMA for one text, written as loops over numbers, directly from the formulas, without any code
// of the network that it checks.
import type { LlamaConfig } from '../src/architectures/llama/llama.ts'
import type { Tensors } from '../src/tensors/safetensors.ts'

export interface PlainDecoded {
  readonly score: number
  /** log P(the token after `position` is `token`) */
  logProbability(position: number, token: number): number
}

/** One text without padding. */
export function plainDecoder(
  config: LlamaConfig,
  tensors: Tensors,
  ids: Int32Array,
  typeIds: Int32Array,
): PlainDecoded {
  const { num_attention_heads: heads, num_key_value_heads: keyHeads = heads, hidden_size: D } = config
  const size = D / heads
  const row = (name: string, index: number) => {
    const { shape, data } = tensors.get(`${name}.weight`)!
    return Array.from(data.slice(index * shape[1]!, (index + 1) * shape[1]!))
  }
  const product = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
  const dense = (x: number[], name: string) =>
    Array.from({ length: tensors.get(`${name}.weight`)!.shape[0]! }, (_, out) => product(x, row(name, out)))
  const plus = (a: number[], b: number[]) => a.map((x, i) => x + b[i]!)
  const norm = (x: number[], name: string) => {
    const root = Math.sqrt(product(x, x) / x.length + config.rms_norm_eps)
    return x.map((xi, i) => (xi / root) * tensors.get(`${name}.weight`)!.data[i]!)
  }
  /** the rotated features of one head */
  const turn = (x: number[], position: number) =>
    x.map((xi, i) => {
      const pair = i % (size / 2)
      const angle = position / config.rope_theta! ** ((2 * pair) / size)
      const other = i < size / 2 ? -x[i + size / 2]! : x[pair]!
      return xi * Math.cos(angle) + other * Math.sin(angle)
    })
  const head = (x: number[], index: number) => x.slice(index * size, (index + 1) * size)

  let states = Array.from(ids, (id, position) => {
    const word = row('model.embed_tokens', id)
    const marked = (config.type_vocab_size ?? 1) > 1
    return marked ? plus(word, row('model.embed_types', typeIds[position]!)) : word
  })
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = `model.layers.${layer}`
    const inputs = states.map((x) => norm(x, `${name}.input_layernorm`))
    const [q, k, v] = ['q', 'k', 'v'].map((part) =>
      inputs.map((x) => dense(x, `${name}.self_attn.${part}_proj`)),
    ) as [number[][], number[][], number[][]]
    states = states.map((x, position) => {
      const context: number[] = []
      for (let h = 0; h < heads; h++) {
        const shared = Math.floor(h / (heads / keyHeads))
        const query = turn(head(q[position]!, h), position)
        const weights = k
          .slice(0, position + 1)
          .map((key, at) => Math.exp(product(query, turn(head(key, shared), at)) / Math.sqrt(size)))
        const all = weights.reduce((sum, weight) => sum + weight, 0)
        for (let i = 0; i < size; i++)
          context.push(
            weights.reduce((sum, weight, at) => sum + (weight / all) * head(v[at]!, shared)[i]!, 0),
          )
      }
      const middle = plus(x, dense(context, `${name}.self_attn.o_proj`))
      const z = norm(middle, `${name}.post_attention_layernorm`)
      const up = dense(z, `${name}.mlp.up_proj`)
      const gated = dense(z, `${name}.mlp.gate_proj`).map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!)
      return plus(middle, dense(gated, `${name}.mlp.down_proj`))
    })
  }
  const hidden = states.map((x) => norm(x, 'model.norm'))
  const output = config.tie_word_embeddings ? 'model.embed_tokens' : 'lm_head'
  return {
    score: dense(hidden.at(-1)!, 'score')[0]!,
    logProbability(position, token) {
      const logits = dense(hidden[position]!, output)
      return logits[token]! - Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0))
    },
  }
}
