// The example's study on the pipeline: what its arms need.
import { checkStudy, type StudyRecipe } from '@disranker/study'
import { exampleRecipes, planArm, studiedPipeline } from '@disranker/study/arms'
import { createPlan } from '@disranker/study/plan'
import { expect, it, vi } from 'vitest'
import { pipeline } from './pipeline.ts'

vi.stubEnv('DISRANKER_PRETRAINED', 'bi-encoder,student,decoder')
const recipe: StudyRecipe = (await import('@disranker/study/recipes/study')).default
const [base, studied] = [await exampleRecipes(pipeline), await studiedPipeline(pipeline)]

/** How many steps of each stage the arms of some sections need from the first seed. */
function planned(...titles: readonly string[]): Record<string, number> {
  const plan = createPlan({ data: '', code: {} })
  const sections = recipe.sections.filter(({ title }) => titles.includes(title))
  for (const arm of sections.flatMap(({ arms }) => Object.entries(arms)))
    planArm(plan, studied, base, recipe, arm, 3)
  const counts: Record<string, number> = {}
  for (const { stage } of plan.steps) counts[stage] = (counts[stage] ?? 0) + 1
  return counts
}

it("plans every arm of the example's study, each a recipe that its stage takes, and shares what is equal", () => {
  checkStudy(recipe)
  // the teacher and its parts, and a decoder of random weights
  expect(planned('Teachers')).toEqual({ cpt: 2, sft: 2, 'static-bi-encoder': 1, score: 2 })
  // one teacher for seven students
  expect(planned('Objectives')).toEqual({
    cpt: 1,
    sft: 1,
    'static-bi-encoder': 1,
    score: 1,
    labels: 1,
    distil: 7,
  })
  // the smallest student and those of all grades are there already
  expect(planned('Objectives', 'Sizes')).toMatchObject({ distil: 9, convert: 3, quantize: 3 })
  expect(planned('Objectives', 'Fewer grades')).toMatchObject({
    thin: 3,
    sft: 4,
    score: 4,
    labels: 4,
    distil: 13,
  })
  // one bi-encoder for two teachers
  expect(planned('Published weights')).toMatchObject({
    'bi-encoder': 1,
    cpt: 2,
    score: 3,
    labels: 1,
    distil: 2,
  })
})
