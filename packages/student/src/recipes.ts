// What the recipes of this package may hold; checked before anything runs.
import { groups, lexicalWeight, taughtGroups } from '@disranker/ranking'
import { schemaOf } from '@disranker/stage'
import { modelOf, recipeParts } from '@disranker/training'
import { encoders } from '@disranker/transformer'
import { z } from 'zod'
import type { BagOfWordsRecipe } from './bag-of-words.ts'
import type { DistilRecipe } from './distil.ts'
import type { LabelsRecipe } from './labels.ts'
import type { TowersRecipe } from './towers.ts'

const { count, share } = recipeParts

const student = {
  seed: z.int(),
  seeds: z.array(z.int()).readonly().exactOptional(),
  vocabulary: recipeParts.vocabulary,
  model: modelOf(encoders) as unknown as z.ZodType<DistilRecipe['model']>,
  training: recipeParts.derivedTraining,
  queries: count,
  groups,
  wordDropout: share.lt(1),
  int8Share: share.exactOptional(),
  lexicalWeight,
  wideWeight: lexicalWeight,
}

export const distilSchema = schemaOf<DistilRecipe>()(
  z.strictObject({ ...student, groups: taughtGroups, objective: recipeParts.objective }),
)
export const labelsSchema = schemaOf<LabelsRecipe>()(
  z.strictObject({ ...student, objective: recipeParts.gradesObjective }),
)
export const towersSchema = schemaOf<TowersRecipe>()(
  z.strictObject({
    seed: z.int(),
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
export const bagOfWordsSchema = schemaOf<BagOfWordsRecipe>()(
  z.strictObject({
    seed: z.int(),
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
