// What the recipes of this package may hold; checked before anything runs.
import { groups, lexicalWeight } from '@disranker/ranking'
import { schemaOf } from '@disranker/stage'
import { modelOf, recipeParts } from '@disranker/training'
import { decoders } from '@disranker/transformer'
import { z } from 'zod'
import type { CptFromScratch, CptRecipe } from './cpt.ts'
import type { ScoreRecipe } from './score.ts'
import type { SftRecipe } from './sft.ts'
import type { FromCheckpoint } from './teacher-start.ts'

const { count, share } = recipeParts

const trains = z.strictObject({ embeddings: z.boolean(), lastLayers: count.exactOptional() })
const cptShared = {
  seed: z.int(),
  training: recipeParts.derivedTraining,
  batch: count,
  weakShare: share,
}
const cptFromScratch = schemaOf<CptRecipe & CptFromScratch>()(
  z.strictObject({
    ...cptShared,
    vocabulary: recipeParts.vocabulary,
    model: modelOf(decoders) as unknown as z.ZodType<CptFromScratch['model']>,
  }),
)
const cptFromCheckpoint = schemaOf<CptRecipe & FromCheckpoint>()(
  z.strictObject({
    ...cptShared,
    from: z.string().min(1),
    revision: z.string().min(1).exactOptional(),
    lengths: z.strictObject({ maxLength: count, maxQuery: count, maxTitle: count, maxSummary: count }),
    trains: trains.exactOptional(),
  }),
)
/** `from` names a pre-trained model; without it, all is made from scratch. */
export const cptSchema = z.looseObject({}).superRefine((recipe, context) => {
  const schema = 'from' in recipe ? cptFromCheckpoint : cptFromScratch
  for (const issue of schema.safeParse(recipe).error?.issues ?? []) context.addIssue({ ...issue })
}) as unknown as z.ZodType<CptRecipe>
export const sftSchema = schemaOf<SftRecipe>()(
  z.strictObject({
    seed: z.int(),
    training: recipeParts.derivedTraining,
    queries: count,
    groups,
    objective: recipeParts.gradesObjective,
    wordDropout: share.lt(1),
    trains: trains.exactOptional(),
  }),
)
const weighed = {
  weight: z.union([z.literal('auto'), z.number()]),
  // it is a folder's name and part of a row's
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .exactOptional(),
}
const teacher = z.union([
  z.strictObject({ ...weighed, decoder: z.literal('sft') }),
  z.strictObject({ ...weighed, scores: z.string() }),
])
export const scoreSchema = schemaOf<ScoreRecipe>()(
  z.strictObject({
    teachers: z.array(teacher).min(1).readonly(),
    queriesPerShard: count,
    tokensPerBatch: count,
    lexicalWeight,
  }),
)
