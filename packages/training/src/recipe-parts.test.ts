import { checkRecipe } from '@disranker/stage'
import { decoders, encoders } from '@disranker/transformer'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { gradesObjective, objective as scoresObjective } from './losses/objective.ts'
import { modelOf } from './recipe-model.ts'
import * as parts from './recipe-parts.ts'

const model = {
  model_type: 'bert',
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
  layer_norm_eps: 1e-12,
  hidden_act: 'gelu',
}
const training = {
  steps: 100,
  schedule: { shape: 'linear', peak: 6e-4, warmup: 0.06 },
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clip: Number.POSITIVE_INFINITY },
  checkpointEvery: 50,
}
const schema = z.strictObject({
  model: modelOf(encoders),
  training: parts.derivedTraining,
  objective: scoresObjective,
})
const objective = { loss: 'listwise', gains: 'auto' }
const check = (recipe: object) => () =>
  checkRecipe(schema, { model, training, objective, ...recipe }, 'recipe.ts')

it('lets a recipe pass, with what is taken from the log', () => {
  expect(check({})).not.toThrow()
  expect(check({ training: { ...training, steps: 'auto' }, objective: { loss: 'rank-net' } })).not.toThrow()
  const lines = [
    { weight: 0.7, loss: 'hybrid', alpha: 0.5, targets: 'scores' },
    { weight: 0.3, loss: 'listwise', targets: 'grades', gains: 'auto' },
  ]
  expect(check({ objective: lines })).not.toThrow()
  expect(gradesObjective.safeParse(lines).success).toBe(false)
  expect(gradesObjective.safeParse(lines.slice(1)).success).toBe(true)
})

it.each<[string, object, RegExp]>([
  [
    'a misspelt key of the model',
    { model: { ...model, num_hidden_layer: 4 } },
    /model\.num_hidden_layer is 4: not known; did you mean num_hidden_layers\?/,
  ],
  ['a model of no layers', { model: { ...model, num_hidden_layers: 0 } }, /model\.num_hidden_layers is 0/],
  [
    'another kind of network',
    { model: { ...model, model_type: 'gpt2' } },
    /model\.model_type is "gpt2": wanted one of bert/,
  ],
  [
    'a peak of 50',
    { training: { ...training, schedule: { ...training.schedule, peak: 50 } } },
    /training\.schedule\.peak is 50: .*0\.1/,
  ],
  ['half a step', { training: { ...training, steps: 0.5 } }, /training\.steps is 0\.5/],
  [
    'beta2 of 1',
    { training: { ...training, optimizer: { ...training.optimizer, beta2: 1 } } },
    /training\.optimizer\.beta2 is 1/,
  ],
  ['an unknown loss', { objective: { loss: 'listwize', gains: [0, 1] } }, /objective/],
  ['no line at all', { objective: [] }, /objective/],
  ['a weight of 0', { objective: [{ loss: 'rank-net', weight: 0 }] }, /objective/],
  ['targets that there are not', { objective: { loss: 'rank-net', targets: 'clicks' } }, /objective/],
  ['a gain below 0', { objective: { loss: 'listwise', gains: [0, -1] } }, /objective\.gains/],
])('refuses %s', (_what, recipe, message) => expect(check(recipe)).toThrow(message))

it('knows decoders as well', () => {
  expect(modelOf(decoders).safeParse({ model_type: 'llama' }).error?.issues.length).toBeGreaterThan(0)
})
