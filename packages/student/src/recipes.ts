// What the recipes of this package may hold; checked before anything runs.
import { groups, lexicalWeight, taughtGroups } from '@disranker/ranking'
import { schemaOf } from '@disranker/stage'
import { modelOf, recipeParts } from '@disranker/training'
import { encoders } from '@disranker/transformer'
import { z } from 'zod'
import type { BagOfWordsRecipe } from './bag-of-words.ts'
import type { DistilRecipe } from './distil.ts'
import type { LabelsRecipe } from './labels.ts'
import type { TableRecipe } from './table.ts'
import type { TowersRecipe } from './towers.ts'
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
  wideWeight: lexicalWeight,
}

const scratch = {
  vocabulary: recipeParts.vocabulary,
  words: z.string().min(1).exactOptional(),
  model: modelOf(encoders) as unknown as z.ZodType<FromScratchRecipe['model']>,
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
const either = <Recipe>(shape: z.ZodRawShape) =>
  recipeParts.formBy<Recipe>(
    'init',
    z.strictObject({ ...student, ...shape, init }),
    z.strictObject({ ...student, ...shape, ...scratch }),
  )

export const distilSchema = either<DistilRecipe>({ groups: taughtGroups, objective: recipeParts.objective })
export const labelsSchema = either<LabelsRecipe>({ objective: recipeParts.gradesObjective })
export const towersSchema = schemaOf<TowersRecipe>()(
  z.strictObject({
    seed: z.int(),
    seeds: student.seeds,
    vocabulary: recipeParts.vocabulary,
    features: count,
    objective: z.strictObject({ gains: recipeParts.derivedGains }),
    epochs: count,
    batch: count,
    documents: z.int().min(2),
    wordDropout: share.lt(1),
    trainTimes: count,
    lexicalWeight,
    training: recipeParts.stepless,
  }),
)
export const tableSchema = schemaOf<TableRecipe>()(
  z.strictObject({
    seed: z.int(),
    teachers: z
      .array(z.strictObject({ vectors: z.string().min(1), weight: z.number().positive() }))
      .min(1)
      .readonly(),
    vocabulary: recipeParts.vocabulary,
    features: count,
    objective: z.strictObject({ gains: recipeParts.derivedGains, gradesShare: share }),
    batch: count,
    pseudoShare: share,
    documents: z.int().min(2),
    nearest: count,
    wordDropout: share.lt(1),
    lexicalWeight,
    training: recipeParts.training,
  }),
)
export const bagOfWordsSchema = schemaOf<BagOfWordsRecipe>()(
  z.strictObject({
    seed: z.int(),
    seeds: student.seeds,
    words: count,
    features: count,
    epochs: count,
    batch: count,
    wordDropout: share.lt(1),
    trainTimes: count,
    maxDocuments: count,
    lexicalWeight,
    training: recipeParts.stepless,
  }),
)
