import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { chooseRecipe } from './choose-recipe.ts'

afterEach(() => {
  delete process.env.DISRANKER_PRETRAINED
})

it('takes the recipe for published weights where they are asked for, and a role for it', () => {
  const recipes = { schema: z.string(), own: 'own', pretrained: 'published' }
  const chosen = (asked?: string, role?: string) => {
    if (asked === undefined) delete process.env.DISRANKER_PRETRAINED
    else process.env.DISRANKER_PRETRAINED = asked
    return chooseRecipe('sft', { ...recipes, ...(role && { role }) }, './nowhere')
  }
  expect(chosen()).toBe('own')
  expect(chosen('')).toBe('own')
  expect(chosen('bi-encoder')).toBe('published')
  expect(chosen('bi-encoder', 'student')).toBe('own')
  expect(chosen('bi-encoder,student', 'student')).toBe('published')
})
