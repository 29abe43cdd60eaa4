// Recipes of students whose network is that of the log's size.
import { checkRecipe } from '@disranker/stage'
import { expect, it } from 'vitest'
import own from '../recipes/distil.ts'
import example from '../recipes/example/distil.ts'
import { distilSchema } from './distil.ts'

const check = (recipe: object) => checkRecipe(distilSchema, recipe, 'recipes/distil.ts')

it('takes one network for all logs, or one for few judged queries and one for many', () => {
  check(own)
  check({ ...own, model: own.model.many })
  check({ ...own, vocabulary: { ...own.vocabulary, maxSummary: 'whole' } })
})

it('says what is wrong with either', () => {
  const { few, many } = own.model
  expect(() => check({ ...own, model: { few } })).toThrow(/model\.many/)
  expect(() => check({ ...own, model: { few: { ...few, hiden_size: 64 }, many } })).toThrow(
    /model\.few\.hiden_size.*did you mean hidden_size\?/s,
  )
  expect(() => check({ ...own, model: { ...many, hiden_size: 64 } })).toThrow(
    /model\.hiden_size.*did you mean hidden_size\?/s,
  )
  expect(() => check({ ...own, vocabulary: { ...own.vocabulary, maxSummary: 'all' } })).toThrow(
    /vocabulary\.maxSummary/,
  )
})

it("keeps the example's network whatever the size of a log", () => {
  expect(example.model).toEqual(own.model.many)
  expect(example.vocabulary.maxSummary).toBe(128)
})
