// The same student without a teacher: it learns from the grades alone. It is the baseline that distillation
// must beat.
// Run: npx turbo run labels
import { readLogFacts, readPairs } from '@disranker/dataset'
import { type Manifest, runStage, type StageOptions } from '@disranker/stage'
import { gradesObjective } from '@disranker/training'
import type { z } from 'zod'
import { sourceOf } from './network/student-start.ts'
import { trainStudent } from './network/train-student.ts'
import { type StudentRecipe, studentSchema } from './student-recipe.ts'

export type LabelsRecipe = StudentRecipe & {
  readonly objective: z.output<typeof gradesObjective>
}

export const labelsSchema = studentSchema<LabelsRecipe>({ objective: gradesObjective })

export interface LabelsOptions extends StageOptions<LabelsRecipe> {
  readonly pairs: string
  /** folder of the static-bi-encoder stage, whose score is added to the network's; optional */
  readonly staticBiEncoder?: string
}

/** Trains a student on grades. Writes a student folder with runs and `curve.jsonl`. */
export async function labels(options: LabelsOptions): Promise<Manifest> {
  const { pairs: folder, staticBiEncoder, recipe, signal } = options
  const { checkpoint, facts } = await sourceOf(recipe, signal)
  return runStage({
    ...options,
    source: import.meta.url,
    name: 'labels',
    inputs: { pairs: folder, ...(staticBiEncoder !== undefined && { staticBiEncoder }) },
    facts,
    run: (work) =>
      trainStudent({
        name: 'labels',
        row: { row: 'student_labels', role: 'labels', what: 'small BERT that learned from the labels' },
        recipe,
        facts: readLogFacts(folder),
        pairs: work.closeLater(readPairs(folder)),
        work,
        staticBiEncoder,
        checkpoint,
        targets: ({ grades }) => ({ grades }),
      }),
  })
}
