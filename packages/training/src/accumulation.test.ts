// What a student learns in one large batch and in accumulated parts of it is the same: the groups drawn, the words hidden, the
// loss, the gradient. Groups are of different sizes, and not all of their targets are known.
import { openBackend, type Random } from '@disranker/engine'
import { createEncoder, tensorsOf } from '@disranker/transformer'
import { beforeAll, expect, it } from 'vitest'
import { fit } from './fit.ts'
import { type GroupBatch, groupScores, packGroups, tokensOf } from './group-batch.ts'
import { type Objective, objectiveLoss } from './losses/objective.ts'
import { dropTokens } from './token-dropout.ts'

beforeAll(() => openBackend('cpu'))

const sizes = {
  model_type: 'bert',
  vocab_size: 20,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 12,
  max_position_embeddings: 16,
  type_vocab_size: 1,
  layer_norm_eps: 1e-6,
  hidden_act: 'gelu',
  initialization: 'scaled',
} as const
const dropout = { share: 0.3, hidden: 3, kept: new Set([1, 2]) }
const objective: Objective = [
  { weight: 0.7, loss: 'hybrid', alpha: 0.5, targets: 'scores' },
  { weight: 0.3, loss: 'listwise', targets: 'grades' },
  { weight: 0.1, loss: 'rank-net', targets: 'grades' },
]

function drawGroup(random: Random) {
  const texts = Array.from({ length: 1 + random.integer(4) }, () => {
    const ids = Int32Array.from([
      1,
      ...Array.from({ length: 1 + random.integer(6) }, () => 4 + random.integer(16)),
      2,
    ])
    return { ids, typeIds: new Int32Array(ids.length) }
  })
  const unknown = random.uniform() < 0.3
  return {
    pairs: texts.map((text) => dropTokens(text, dropout, random)),
    targets: {
      scores: texts.map(() => random.normal()),
      grades: texts.map(() => (unknown ? Number.NaN : random.integer(4))),
    },
  }
}

async function train(queries: number, accumulate: number) {
  const encoder = createEncoder(sizes, { seed: 4 })
  const read: string[] = []
  const tokens: number[] = []
  const { history } = await fit<GroupBatch>({
    weights: encoder.weights,
    steps: 3,
    accumulate,
    seed: 9,
    schedule: { shape: 'linear', peak: 0.01, warmup: 0 },
    optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-3, weightDecay: 0.01, clip: 1 },
    batch: (_, random) => {
      const groups = Array.from({ length: queries }, () => drawGroup(random))
      read.push(...groups.flatMap(({ pairs }) => pairs.map(({ ids }) => ids.join(' '))))
      return packGroups(groups, 4)
    },
    tokens: ({ batch }) => tokensOf(batch),
    loss: (packed) =>
      objectiveLoss(objective, groupScores(encoder.score(packed.batch), packed), packed.targets),
    onStep: (_, count) => tokens.push(count),
  })
  const weights = [...tensorsOf(encoder.weights).values()].flatMap(({ data }) => [...data])
  encoder.dispose()
  return { history, read, weights, tokens }
}

it('six groups at once, in two parts, in six', async () => {
  const whole = await train(6, 1)
  for (const [queries, accumulate] of [
    [3, 2],
    [1, 6],
  ] as const) {
    const parts = await train(queries, accumulate)
    expect(parts.read).toEqual(whole.read)
    expect(parts.tokens).toEqual(whole.tokens)
    for (const [i, { loss, norm }] of parts.history.entries()) {
      expect(loss).toBeCloseTo(whole.history[i]!.loss, 5)
      expect(norm).toBeCloseTo(whole.history[i]!.norm, 5)
    }
    expect(parts.weights).toEqual(whole.weights.map((value) => expect.closeTo(value, 5)))
  }
  expect(whole.read.join(' ')).toMatch(/ 3 /)
})
