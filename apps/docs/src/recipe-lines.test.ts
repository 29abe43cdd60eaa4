import { expect, it } from 'vitest'
import { z } from 'zod'
import { type JsonSchema, recipeLines, valuesOf } from './recipe-lines.ts'

const linesOf = (schema: z.ZodType) =>
  recipeLines(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema)

it('has a line for each key, also below others', () => {
  const schema = z.strictObject({
    seed: z.int(),
    training: z.strictObject({
      peak: z.number().min(0).max(1),
      steps: z.union([z.literal('auto'), z.int()]),
    }),
    seeds: z.array(z.int()).optional(),
  })
  expect(linesOf(schema)).toEqual([
    { path: 'seed', values: 'whole number', required: true },
    { path: 'training.peak', values: 'number from 0 to 1', required: true },
    { path: 'training.steps', values: '"auto", whole number', required: true },
    { path: 'seeds', values: 'list of whole number', required: false },
  ])
})

it('merges alternatives, whose keys are then optional', () => {
  const schema = z.strictObject({
    loss: z.union([
      z.strictObject({ name: z.literal('a'), alpha: z.number() }),
      z.strictObject({ name: z.literal('b'), gap: z.number().min(2) }),
      z.literal('none'),
    ]),
  })
  expect(linesOf(schema)).toEqual([
    { path: 'loss.name', values: '"a" or "b"', required: false },
    { path: 'loss.alpha', values: 'number', required: false },
    { path: 'loss.gap', values: 'number of at least 2', required: false },
    { path: 'loss', values: '"none"', required: false },
  ])
})

it('goes into the items of lists', () => {
  const schema = z.strictObject({ teachers: z.array(z.strictObject({ url: z.string() })) })
  expect(linesOf(schema)).toEqual([{ path: 'teachers[].url', values: 'text', required: true }])
})

it('states bounds', () => {
  expect(valuesOf({ type: 'number', exclusiveMinimum: 0 })).toBe('number above 0')
  expect(valuesOf({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER })).toBe(
    'whole number of at least 1',
  )
})
