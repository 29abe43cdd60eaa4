// From arms to steps: every arm and seed is a chain of stages that ends in a folder with runs.
import type { QuantizeRecipe } from '@disranker/onnx'
import { checkRecipe, InputError } from '@disranker/stage'
import {
  type BagOfWordsRecipe,
  bagOfWordsSchema,
  type DistilRecipe,
  distilSchema,
  type LabelsRecipe,
  labelsSchema,
  type TowersRecipe,
  towersSchema,
} from '@disranker/student'
import {
  type BiEncoderRecipe,
  biEncoderSchema,
  type CptRecipe,
  cptSchema,
  type LeftOut,
  type ScoreRecipe,
  type SftRecipe,
  scoreSchema,
  sftSchema,
  stageOf,
} from '@disranker/teacher'
import type { z } from 'zod'
import { changeRecipe } from './change-recipe.ts'
import type { Plan } from './plan.ts'
import type { Arm, Changes, StudyRecipe } from './study-recipe.ts'

/** The river's own recipes, which arms change. */
export interface BaseRecipes {
  readonly cpt: CptRecipe
  readonly sft: SftRecipe
  readonly 'bi-encoder': BiEncoderRecipe
  readonly 'bag-of-words': BagOfWordsRecipe
  readonly towers: TowersRecipe
  readonly score: ScoreRecipe
  readonly labels: LabelsRecipe
  readonly distil: DistilRecipe
  readonly quantize: QuantizeRecipe
  /** what starts from published weights */
  readonly pretrained: Pick<BaseRecipes, 'sft' | 'labels' | 'distil'> & { readonly cpt: CptRecipe | LeftOut }
}

/** seed of the choice which queries keep their grades: the same for every arm */
const THIN_SEED = 1

const SCHEMAS: Readonly<Record<Exclude<keyof BaseRecipes, 'quantize' | 'pretrained'>, z.ZodType>> = {
  cpt: cptSchema,
  sft: sftSchema,
  'bi-encoder': biEncoderSchema,
  'bag-of-words': bagOfWordsSchema,
  towers: towersSchema,
  score: scoreSchema,
  labels: labelsSchema,
  distil: distilSchema,
}

/**
 * Adds what one arm needs from one seed; returns the key of the step whose runs are its result.
 * @throws {InputError} when a changed recipe holds what none may
 */
export function planArm(
  plan: Plan,
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
  // the towers are the student's wide channel, whoever teaches it
  const wide = (recipe as { wideWeight?: unknown }).wideWeight !== 0 && {
    towers: planTowers({}, studentSeed),
  }
  const inputs = { pairs, ...(scores && { scores }), ...wide }
  const about = `${name}-${studentSeed}`
  const student = plan.add(stage, about, recipe, inputs)
  if (ranks === 'student') return student
  const converted = plan.add('convert', about, {}, { student })
  return plan.add('quantize', about, base.quantize, { student, converted, pairs })

  // a teacher with no seed of its own is trained from that of its student: the spread over seeds is then the whole river's
  function planTeacher(teacher: string): string {
    const { start, seed = studentSeed, cpt, sft, ...changes } = teachers[teacher]!
    const about = `${teacher}${grades === 1 ? '' : `-${100 * grades}-percent`}-${seed}`
    const stages: Readonly<Record<string, () => string>> = {
      sft() {
        // one step at a rate of nothing leaves the weights as they begin
        const untrained = { training: { steps: 1, schedule: { peak: Number.MIN_VALUE } } }
        const recipe = changed('cpt', { ...(cpt === 'none' ? untrained : cpt), seed }, start)
        const pretrained = plan.add('cpt', `${teacher}-${seed}`, recipe, { pairs: 'pairs' })
        return plan.add('sft', about, changed('sft', { ...sft, seed }, start), { pairs, teacher: pretrained })
      },
      'bi-encoder': () =>
        plan.add('bi-encoder', about, changed('bi-encoder', { ...changes.biEncoder, seed }), { pairs }),
      'bag-of-words': () =>
        plan.add('bag-of-words', about, changed('bag-of-words', { ...changes.bagOfWords, seed }), { pairs }),
      towers: () => planTowers(changes.towers ?? {}, seed),
    }
    const recipe = changed('score', changes.score) as ScoreRecipe
    // a teacher that is served, or comes as a file, is no stage
    const asked = recipe.teachers.flatMap((one) => stageOf(one) ?? [])
    const unknown = asked.find((stage) => stages[stage] === undefined)
    if (unknown !== undefined)
      throw new InputError(
        `The teacher "${teacher}" of recipes/study.ts asks the stage ${unknown}, which a study does not run. Wanted: ${Object.keys(stages).join(', ')}.`,
      )
    const inputs = Object.fromEntries(asked.map((stage) => [stage, stages[stage]!()]))
    // the scores of one stage are that stage's row, which has its lexical term beside it
    if (ranks === 'teacher' && recipe.teachers.length === 1 && 'scores' in recipe.teachers[0]!)
      return inputs[asked[0]!]!
    return plan.add('score', about, recipe, { pairs, ...inputs })
  }

  function planTowers(changes: Changes, seed: number): string {
    return plan.add('towers', `${seed}`, changed('towers', { ...changes, seed }), { pairs })
  }

  function changed(stage: keyof typeof SCHEMAS, changes: Changes | undefined, start?: 'pretrained'): object {
    const recipes: Readonly<Partial<Record<string, object>>> = start === undefined ? base : base.pretrained
    const recipe = changeRecipe<object>(recipes[stage]!, changes)
    checkRecipe(SCHEMAS[stage], recipe, `the ${stage} recipe of the arm "${name}" (recipes/study.ts)`)
    return recipe
  }
}
