// What the recipe of a student may hold, whatever it learns from.
import { groups, lexicalWeight } from '@disranker/ranking'
import { modelOf, recipeParts } from '@disranker/training'
import { encoders } from '@disranker/transformer'
import { z } from 'zod'
import type { FromScratchRecipe } from './train-student.ts'

const { count, share } = recipeParts

const student = {
  seed: z.int(),
  seeds: z.array(z.int()).readonly().exactOptional(),
  training: recipeParts.derivedTraining,
  queries: count,
  groups,
  wordDropout: share.lt(1),
  int8Share: share.exactOptional(),
  lexicalWeight,
  staticWeight: lexicalWeight,
  network: z.enum(['always', 'earned']).exactOptional(),
}

const model = modelOf(encoders)
const scratch = {
  vocabulary: recipeParts.vocabulary,
  words: z.string().min(1).exactOptional(),
  model: recipeParts.formBy<FromScratchRecipe['model']>(
    'few',
    z.strictObject({ few: model, many: model }),
    model,
  ),
}
const init = z.strictObject({
  from: z.string().min(1),
  revision: z.string().min(1).exactOptional(),
  layers: z.union([count, z.array(z.int().min(0)).min(1).readonly()]).exactOptional(),
  vocabulary: z.enum(['whole', 'corpus']).exactOptional(),
  lengths: recipeParts.lengths.exactOptional(),
  trains: z.strictObject({ embeddings: z.boolean(), lastLayers: count.exactOptional() }).exactOptional(),
})

/** `init` names what a student starts from; without it, all is made from scratch. */
export const studentSchema = <Recipe>(shape: z.ZodRawShape) =>
  recipeParts.formBy<Recipe>(
    'init',
    z.strictObject({ ...student, ...shape, init }),
    z.strictObject({ ...student, ...shape, ...scratch }),
  )
