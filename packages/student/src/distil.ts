// Distillation: a small BERT learns the teacher's scores. With the `groups` of recipes/student.ts it sees those that `labels`
// sees, drawn by the same numbers, and the two rows of the report differ in the objective alone.
//   hybrid = alpha (s - t)^2 + (1 - alpha) ((s+ - s-) - (t+ - t-))^2      (DisRanker, section 3.3)
// Run: npx turbo run distil
import { readPairs } from '@disranker/dataset'
import { taughtGroups } from '@disranker/ranking'
import { type Manifest, runStage } from '@disranker/stage'
import { recipeParts } from '@disranker/training'
import type { z } from 'zod'
import { studentSchema } from './student-recipe.ts'
import { sourceOf } from './student-start.ts'
import { readTeacherScores } from './teacher-scores.ts'
import { type TaughtRecipe, trainStudent } from './train-student.ts'

export type DistilRecipe = TaughtRecipe & {
  /** on the teacher's scores, or on grades, or both; the scores where a line does not say */
  readonly objective: z.output<typeof recipeParts.objective>
}

export const distilSchema = studentSchema<DistilRecipe>({
  groups: taughtGroups,
  objective: recipeParts.objective,
})

export interface DistilOptions {
  readonly pairs: string
  /** folder of the teacher's score stage */
  readonly scores: string
  /** folder of the towers stage, for a wide channel; none without it */
  readonly towers?: string
  readonly out: string
  readonly recipe: DistilRecipe
  readonly signal?: AbortSignal
}

/** Trains a student on a teacher's scores. Leaves a student folder with runs and `curve.jsonl`. */
export async function distil({
  pairs: folder,
  scores,
  towers,
  out,
  recipe,
  signal,
}: DistilOptions): Promise<Manifest> {
  const { checkpoint, facts } = await sourceOf(recipe, signal)
  return runStage({
    source: import.meta.url,
    name: 'distil',
    out,
    inputs: { pairs: folder, scores, ...(towers !== undefined && { towers }) },
    facts,
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(folder)
      const teacher = readTeacherScores(scores, pairs)
      const metrics = await trainStudent({
        name: 'distil',
        row: {
          row: 'student',
          role: 'distilled',
          what: 'the same BERT, distilled from the teacher, fp32',
        },
        recipe,
        pairs,
        work,
        scoresOf: teacher.of,
        towers,
        checkpoint,
        targets: ({ query, documents, grades }) => {
          const ids = documents.map(({ id }) => id)
          return { scores: teacher.of(query.id, ids), grades }
        },
      })
      return { ...metrics, teacher: { mean: teacher.mean, deviation: teacher.deviation } }
    },
  })
}
