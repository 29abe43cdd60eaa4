// The recipe of a study: arms, each a recipe of the pipeline with one change, in sections that are read
// together.
import { checkRecipe } from '@disranker/stage'
import { z } from 'zod'

/** Changes of a recipe: objects are merged, everything else (and any object with a `loss`) is replaced. */
export type Changes = Readonly<Record<string, unknown>>

const changes = z.record(z.string(), z.unknown())
/** a required published model: bi-encoder, student or decoder; without it the arm is listed as not run */
const needs = z.string().exactOptional()

const teacher = z.strictObject({
  what: z.string(),
  /** its own seed, independent of its student's; the student's by default */
  seed: z.int().exactOptional(),
  /** the recipes that are changed: the pipeline's, or those for published weights */
  start: z.literal('pretrained').exactOptional(),
  /** 'none': fine-tuned from random weights */
  cpt: z.union([changes, z.literal('none')]).exactOptional(),
  sft: changes.exactOptional(),
  /** changes of the recipes of other stages that it uses, by their names */
  changes: z.record(z.string(), changes).exactOptional(),
  /** its `teachers` decide which stages are trained */
  score: changes.exactOptional(),
  needs,
})
const arm = z.strictObject({
  what: z.string(),
  /** name of a teacher; without one, the student learns from grades alone */
  teacher: z.string().exactOptional(),
  /** changes of the recipe of `labels` or `distil`, of the pipeline or for published weights */
  start: z.literal('pretrained').exactOptional(),
  student: changes.exactOptional(),
  /** share of the graded train queries whose grades are kept; 1 by default */
  grades: z.number().positive().max(1).exactOptional(),
  /** the ranked model: the student in float32, in int8 with its time at the edge, or the teacher itself */
  ranks: z.enum(['student', 'int8', 'teacher']).exactOptional(),
  /**
   * with `ranks: 'teacher'`: the teacher that ranks, by its name in the recipe of score, if there are several
   */
  part: z.string().exactOptional(),
  /** number of seeds; all of the study by default */
  seeds: z.int().min(1).exactOptional(),
  needs,
})
export type Arm = Readonly<z.output<typeof arm>>

const section = z.strictObject({
  title: z.string(),
  about: z.string(),
  arms: z.record(z.string(), arm),
  /** pairs of arms, of any section, for sentences: the first compared with the second */
  compare: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  /** an additional picture: quality by milliseconds at the edge, or by share of the grades */
  picture: z.enum(['latency', 'grades']).exactOptional(),
})
export type Section = Readonly<z.output<typeof section>>

const studySchema = z
  .strictObject({
    seeds: z.array(z.int()).min(1).readonly(),
    teachers: z.record(z.string(), teacher),
    sections: z.array(section).min(1).readonly(),
    resampling: z.strictObject({ samples: z.int().min(100), seed: z.int() }),
  })
  .superRefine(({ sections, teachers }, context) => {
    const issue = (message: string) => context.addIssue({ code: 'custom', message })
    const names = sections.flatMap(({ arms }) => Object.keys(arms))
    for (const name of names)
      if (names.indexOf(name) !== names.lastIndexOf(name)) issue(`two arms are called "${name}"`)
    for (const { title, arms, compare } of sections) {
      for (const [name, { teacher, ranks, part }] of Object.entries(arms)) {
        if (teacher !== undefined && teachers[teacher] === undefined)
          issue(`the arm "${name}" has the teacher "${teacher}", which is not among the teachers`)
        if (ranks === 'teacher' && teacher === undefined)
          issue(`the arm "${name}" ranks a teacher and names none`)
        if (part !== undefined && ranks !== 'teacher')
          issue(`the arm "${name}" names the part "${part}", which only an arm with ranks: 'teacher' has`)
      }
      for (const name of compare.flat())
        if (!names.includes(name)) issue(`"${title}" compares "${name}", which is no arm`)
    }
  })
export type StudyRecipe = Readonly<z.output<typeof studySchema>>

/** Models that an arm needs. */
export const neededBy = ({ needs, teacher }: Arm, { teachers }: Pick<StudyRecipe, 'teachers'>): string[] =>
  [needs, teacher === undefined ? undefined : teachers[teacher]!.needs].filter((model) => model !== undefined)

/** @throws {InputError} with every wrong line */
export const checkStudy = (recipe: StudyRecipe): void => checkRecipe(studySchema, recipe, 'recipes/study.ts')
