import { findStage, recipesOf } from '@disranker/stage'
import { expect, it } from 'vitest'
import { checkRecipes } from './choose-recipe.ts'
import { pipeline } from './pipeline.ts'
import { inTry, tryStages } from './try-stages.ts'

it('has all stages of a training, in the order of the pipeline, and a place of their own', () => {
  const stages = tryStages()
  expect(stages).toEqual(pipeline.filter(({ apart = false }) => !apart))
  for (const stage of stages) expect(inTry(stage)).toMatch(/[\\/]\.cache[\\/]disranker[\\/]try[\\/][\w-]+$/)
})

it.each(pipeline.map(({ name }) => name))('the recipes of %s hold', async (name) => {
  await expect(checkRecipes(findStage(pipeline, name))).resolves.toBeUndefined()
})

interface Trains {
  readonly training: { readonly steps: number }
}

it.each(['cpt', 'sft', 'labels', 'distil'])('%s takes a fraction of the steps', async (name) => {
  const { example, tiny } = await recipesOf(findStage(pipeline, name))
  const steps = (recipe: unknown) => (recipe as Trains).training.steps
  expect(steps(tiny)).toBeLessThan(steps(example) / 10)
})

interface Reads {
  readonly vocabulary: object
}

it.each(['own', 'example', 'tiny'] as const)(
  'the %s recipes of what is added to one score have one vocabulary',
  async (kind) => {
    const stages = ['static-bi-encoder', 'table', 'labels', 'distil']
    const [first, ...others] = await Promise.all(
      stages.map(async (name) => ((await recipesOf(findStage(pipeline, name)))[kind] as Reads).vocabulary),
    )
    for (const other of others) expect(other).toEqual(first)
  },
)
