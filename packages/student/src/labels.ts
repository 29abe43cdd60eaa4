// The same student without a teacher: it learns from the grades alone. The baseline that distillation must beat.
// Run: npx turbo run labels
import { readPairs } from '@disranker/dataset'
import { type Manifest, runStage } from '@disranker/stage'
import { gradesObjective } from '@disranker/training'
import type { z } from 'zod'
import { type StudentRecipe, studentSchema } from './student-recipe.ts'
import { sourceOf } from './student-start.ts'
import { trainStudent } from './train-student.ts'

export type LabelsRecipe = StudentRecipe & {
  readonly objective: z.output<typeof gradesObjective>
}

export const labelsSchema = studentSchema<LabelsRecipe>({ objective: gradesObjective })

export interface LabelsOptions {
  readonly pairs: string
  /** folder of the static-bi-encoder stage, whose score is added to the network's; none without it */
  readonly staticBiEncoder?: string
  readonly out: string
  readonly recipe: LabelsRecipe
  readonly signal?: AbortSignal
}

/** Trains a student on grades. Leaves a student folder with runs and `curve.jsonl`. */
export async function labels({
  pairs: folder,
  staticBiEncoder,
  out,
  recipe,
  signal,
}: LabelsOptions): Promise<Manifest> {
  const { checkpoint, facts } = await sourceOf(recipe, signal)
  return runStage({
    source: import.meta.url,
    name: 'labels',
    out,
    inputs: { pairs: folder, ...(staticBiEncoder !== undefined && { staticBiEncoder }) },
    facts,
    recipe,
    signal,
    run: (work) =>
      trainStudent({
        name: 'labels',
        row: { row: 'student_labels', role: 'labels', what: 'small BERT that learned from the labels' },
        recipe,
        pairs: readPairs(folder),
        work,
        staticBiEncoder,
        checkpoint,
        targets: ({ grades }) => ({ grades }),
      }),
  })
}
