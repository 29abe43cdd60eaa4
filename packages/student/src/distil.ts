// Distillation: a small BERT learns the teacher's scores, on queries with judgements and on those without.
//   loss = alpha (s - t)^2 + (1 - alpha) ((s+ - s-) - (t+ - t-))^2      (DisRanker, section 3.3)
// Run: npx turbo run distil
import { readPairs } from '@disranker/dataset'
import { type Manifest, runStage } from '@disranker/stage'
import { type ScoreObjective, scoreLoss } from '@disranker/transformer'
import { createTeacherGroups } from './teacher-groups.ts'
import { type StudentRecipe, trainStudent } from './train-student.ts'

export interface DistilRecipe extends StudentRecipe {
  /** share of the groups drawn from weak queries */
  readonly weakShare: number
  readonly objective: ScoreObjective
}

export interface DistilOptions {
  readonly pairs: string
  /** folder of the teacher's score stage */
  readonly scores: string
  readonly out: string
  readonly recipe: DistilRecipe
  readonly signal?: AbortSignal
}

/** Trains a student on a teacher's scores; needs an open backend. Leaves a student folder with runs and `curve.jsonl`. */
export function distil({ pairs: folder, scores, out, recipe, signal }: DistilOptions): Promise<Manifest> {
  return runStage({
    name: 'distil',
    out,
    inputs: { pairs: folder, scores },
    recipe,
    signal,
    async run(work) {
      const pairs = readPairs(folder)
      const groups = createTeacherGroups(pairs, scores, recipe)
      const metrics = await trainStudent({
        name: 'distil',
        recipe,
        pairs,
        work,
        draw: groups.draw,
        loss: (student, teacher) => scoreLoss(recipe.objective, student, teacher),
      })
      return { ...metrics, teacher: { mean: groups.mean, deviation: groups.deviation } }
    },
  })
}
