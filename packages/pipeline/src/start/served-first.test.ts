import { expect, it } from 'vitest'
import { recipesFor } from '../choose-recipe.ts'
import { pipeline } from '../pipeline.ts'
import { readsOf, servedFirst } from './served-first.ts'
import { whatIsRead } from './what-is-read.ts'

const names = (stages: readonly { readonly name: string }[]) => stages.map(({ name }) => name)

it('of the example, the two models that the table is distilled from come first, and baselines that nothing is made of later', async () => {
  const recipes = whatIsRead(await recipesFor(pipeline, true), { encoder: false })
  const { first, later } = servedFirst(pipeline, recipes)
  expect(names(first)).toEqual(
    expect.arrayContaining(['bag-of-words', 'static-bi-encoder', 'table', 'score', 'distil', 'quantize']),
  )
  expect(names(later)).toEqual(expect.arrayContaining(['labels']))
  expect(names([...first, ...later])).not.toContain('evaluate')
})

it('of your own log, the bag of words is a teacher and comes first', async () => {
  const { first, later } = servedFirst(pipeline, await recipesFor(pipeline, false))
  expect(names(first)).toContain('bag-of-words')
  expect(names(later)).toContain('labels')
})

it('of your own log, the teachers of a network come later where there is none', async () => {
  const recipes = whatIsRead(await recipesFor(pipeline, false), { encoder: true, few: true })
  const { first, later } = servedFirst(pipeline, recipes, 'quantize', ['score'])
  expect(names(first)).toEqual(expect.arrayContaining(['features', 'table', 'distil', 'quantize']))
  const teachers = ['bag-of-words', 'cpt', 'sft', 'score']
  expect(names(first).filter((name) => teachers.includes(name))).toEqual([])
  expect(names(later)).toEqual(expect.arrayContaining(teachers))
})

it('of the example with an encoder, what the table is distilled from comes first', async () => {
  const recipes = whatIsRead(await recipesFor(pipeline, true), { encoder: true })
  expect(names(servedFirst(pipeline, recipes).first)).toEqual(
    expect.arrayContaining(['features', 'heads', 'bag-of-words', 'table']),
  )
})

it('leaves nothing out that a first stage reads', async () => {
  for (const forExample of [true, false]) {
    const recipes = await recipesFor(pipeline, forExample)
    const { first } = servedFirst(pipeline, recipes)
    for (const [at, stage] of first.entries())
      for (const read of readsOf(pipeline, stage, recipes[stage.name]))
        expect(names(first.slice(0, at)), `${stage.name} reads ${read.name}`).toContain(read.name)
  }
})

it('finds a stage that a recipe names at any depth', () => {
  const recipes = { score: { teachers: [{ some: { deep: ['bag-of-words'] } }] } }
  expect(names(servedFirst(pipeline, recipes).first)).toContain('bag-of-words')
  expect(names(servedFirst(pipeline, { score: {} }).first)).not.toContain('bag-of-words')
})
