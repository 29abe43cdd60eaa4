import { expect, it } from 'vitest'
import { z } from 'zod'
import { checkRecipe, nearest } from './check-recipe.ts'

const schema = z.strictObject({
  model: z.strictObject({ num_hidden_layers: z.int().positive() }),
  training: z.strictObject({
    peak: z.number().positive().max(0.1),
    steps: z.union([z.literal('auto'), z.int().positive()]),
  }),
})
const good = { model: { num_hidden_layers: 2 }, training: { peak: 1e-3, steps: 'auto' } }
const check = (recipe: unknown) => () => checkRecipe(schema, recipe, 'recipes/labels.ts')

it('says nothing of what is right', () => expect(check(good)).not.toThrow())

it('names every line that is wrong, and what a misspelt key may have meant', () => {
  const recipe = { model: { num_hidden_layer: 4 }, training: { peak: 50, steps: 0, colour: 'red' } }
  expect(check(recipe)).toThrow(
    /^recipes\/labels\.ts cannot be used:\n {2}model\.num_hidden_layers is missing: .*\n {2}model\.num_hidden_layer is not known\. Did you mean num_hidden_layers\?\n {2}training\.peak is 50: .*0\.1.*\n {2}training\.steps is 0: .*expected.*\n {2}training\.colour is not known\. Take it out\.$/,
  )
  expect(check([])).toThrow(/the recipe is \[\]/)
})

it('offers only what is near', () => {
  expect(nearest('lexicalWeights', ['lexicalWeight', 'weakShare'])).toBe('lexicalWeight')
  expect(nearest('colour', ['lexicalWeight', 'weakShare'])).toBeUndefined()
})
