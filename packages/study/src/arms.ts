// Turns arms into steps: every arm and seed is a chain of stages that ends with a folder of runs.
import { checkRecipe, findStage, InputError, recipesOf, type StageDefinition } from '@disranker/stage'
import type { ScoreRecipe } from '@disranker/teacher'
import { stageOf } from '@disranker/teacher/teacher-recipe'
import type { z } from 'zod'
import type { Plan } from './plan.ts'
import { changeRecipe } from './run/change-recipe.ts'
import type { Arm, Changes, StudyRecipe } from './study-recipe.ts'

/** The pipeline's own recipes, by stage, which arms change. */
export interface BaseRecipes {
  readonly recipes: Readonly<Record<string, object>>
  /** those for published weights */
  readonly pretrained: Readonly<Record<string, object>>
}

/** A pipeline, and the schemas of its recipes. */
export interface StudiedPipeline {
  readonly stages: readonly StageDefinition[]
  readonly schemas: Readonly<Record<string, z.ZodType>>
}

/** seed of the choice of queries that keep their grades: the same for every arm */
const THIN_SEED = 1

/** The recipes of the embedded example, and those for published weights. */
export async function exampleRecipes(pipeline: readonly StageDefinition[]): Promise<BaseRecipes> {
  const recipes: Record<string, object> = {}
  const published: Record<string, object> = {}
  for (const stage of pipeline) {
    const { own, example, pretrained } = (await recipesOf(stage)) as Readonly<Record<string, object>>
    // a stage that the example leaves out starts from published weights
    const base = example ?? pretrained ?? own
    if (base !== undefined) recipes[stage.name] = base
    if (pretrained !== undefined) published[stage.name] = pretrained
  }
  return { recipes, pretrained: published }
}

/** Loads the recipe schemas of a pipeline. */
export async function studiedPipeline(stages: readonly StageDefinition[]): Promise<StudiedPipeline> {
  const schemas: Record<string, z.ZodType> = {}
  for (const stage of stages) {
    const { schema } = await stage.load()
    if (schema !== undefined) schemas[stage.name] = schema
  }
  return { stages, schemas }
}

/**
 * Adds the steps of one arm and seed; returns the key of the step with its runs.
 * @throws {InputError} when a changed recipe is invalid
 */
export function planArm(
  plan: Plan,
  { stages, schemas }: StudiedPipeline,
  base: BaseRecipes,
  { teachers }: Pick<StudyRecipe, 'teachers'>,
  [name, arm]: readonly [string, Arm],
  studentSeed: number,
): string {
  const { grades = 1, ranks = 'student' } = arm
  const pairs =
    grades === 1
      ? 'pairs'
      : plan.add('thin', `${100 * grades}-percent`, { share: grades, seed: THIN_SEED }, { pairs: 'pairs' })
  const scores = arm.teacher === undefined ? undefined : planTeacher(arm.teacher)
  if (ranks === 'teacher') return scores!
  const stage = scores === undefined ? 'labels' : 'distil'
  const recipe = changed(stage, { ...arm.student, seed: studentSeed, seeds: [] }, arm.start)
  // the student's static bi-encoder is the same with every teacher
  const added = (recipe as { staticWeight?: unknown }).staticWeight !== 0 && {
    staticBiEncoder: plan.add(
      'static-bi-encoder',
      `${studentSeed}`,
      changed('static-bi-encoder', { seed: studentSeed }),
      { pairs },
    ),
  }
  const inputs = { pairs, ...(scores && { scores }), ...added }
  const about = `${name}-${studentSeed}`
  const student = plan.add(stage, about, recipe, inputs)
  if (ranks === 'student') return student
  const converted = plan.add('convert', about, {}, { student })
  return plan.add('quantize', about, base.recipes.quantize, { student, converted, pairs })

  // a teacher without its own seed uses that of its student, so that the spread over seeds is that of the
  // whole pipeline
  function planTeacher(teacher: string): string {
    const { start, seed = studentSeed, cpt, sft, score, changes = {} } = teachers[teacher]!
    const about = `${teacher}${grades === 1 ? '' : `-${100 * grades}-percent`}-${seed}`
    // one step with rate 0 leaves the weights unchanged
    const untrained = { training: { steps: 1, schedule: { peak: Number.MIN_VALUE } } }
    const all: Readonly<Record<string, Changes | undefined>> = {
      ...changes,
      cpt: cpt === 'none' ? untrained : cpt,
      sft,
    }
    const planStage = (stage: string): string => {
      // pre-training uses no grades
      const from = stage === 'cpt' ? 'pairs' : pairs
      // no arm has a table that learns from vectors, so none are made for pseudo-queries
      const reads = Object.entries(findStage(stages, stage).reads).filter(([option]) => option !== 'pseudo')
      const inputs = reads.map(([option, read]) => [option, read === 'pairs' ? from : planStage(read)])
      const recipe = changed(stage, { ...all[stage], ...('seed' in base.recipes[stage]! && { seed }) }, start)
      return plan.add(
        stage,
        stage === 'cpt' ? `${teacher}-${seed}` : about,
        recipe,
        Object.fromEntries(inputs),
      )
    }
    const recipe = changed('score', score) as ScoreRecipe
    // a teacher that is served, or comes as a file, is not a stage
    const asked = recipe.teachers.flatMap((one) => stageOf(one) ?? [])
    const teaching = stages.filter(({ teaches }) => teaches).map(({ name }) => name)
    const unknown = asked.find((stage) => !teaching.includes(stage))
    if (unknown !== undefined)
      throw new InputError(
        `The teacher "${teacher}" of recipes/study.ts asks the stage ${unknown}, which a study does not run. Wanted: ${teaching.join(', ')}.`,
      )
    const inputs = Object.fromEntries(asked.map((stage) => [stage, planStage(stage)]))
    // the scores of one stage are that stage's row, followed by its lexical term
    if (ranks === 'teacher' && recipe.teachers.length === 1 && 'scores' in recipe.teachers[0]!)
      return inputs[asked[0]!]!
    return plan.add('score', about, recipe, { pairs, ...inputs })
  }

  function changed(stage: string, changes: Changes | undefined, start?: 'pretrained'): object {
    const published = start === undefined ? undefined : base.pretrained[stage]
    const recipe = changeRecipe<object>(published ?? base.recipes[stage]!, changes)
    checkRecipe(schemas[stage]!, recipe, `the ${stage} recipe of the arm "${name}" (recipes/study.ts)`)
    return recipe
  }
}
