import { expect, test } from 'vitest'
import example from '../recipes/example/cpt.ts'
import { cptSchema } from './cpt.ts'

const { vocabulary: _, model: __, ...shared } = example
const lengths = { maxLength: 256, maxQuery: 40, maxTitle: 40, maxSummary: 160 }
const wrong = (recipe: object) =>
  cptSchema.safeParse(recipe).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

test('a recipe is made from scratch or starts from a checkpoint', () => {
  expect(wrong(example)).toEqual([])
  expect(wrong({ ...shared, from: 'HuggingFaceTB/SmolLM2-135M', lengths })).toEqual([])
  expect(wrong({ ...example, from: './model', lengths })[0]).toMatch(/vocabulary/)
  expect(wrong({ ...shared, from: './model' })[0]).toMatch(/^lengths/)
  expect(wrong({ ...shared, from: './model', lengths, revisoin: 'main' })[0]).toMatch(/revisoin/)
})
