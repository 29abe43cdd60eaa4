// What the recipes of this package may hold; checked before anything runs.
import { groups, lexicalWeight } from '@disranker/ranking'
import { modelOf, recipeParts } from '@disranker/training'
import { decoders } from '@disranker/transformer'
import { z } from 'zod'
import type { CptRecipe } from './cpt.ts'
import type { ScoreRecipe } from './score.ts'
import type { SftRecipe } from './sft.ts'

const { count, share, schemaOf } = recipeParts

export const cptSchema = schemaOf<CptRecipe>()(
  z.strictObject({
    seed: z.int(),
    vocabulary: recipeParts.vocabulary,
    model: modelOf(decoders) as unknown as z.ZodType<CptRecipe['model']>,
    training: recipeParts.derivedTraining,
    batch: count,
    weakShare: share,
  }),
)
export const sftSchema = schemaOf<SftRecipe>()(
  z.strictObject({
    seed: z.int(),
    training: recipeParts.derivedTraining,
    queries: count,
    groups,
    objective: recipeParts.derivedLabelObjective,
    wordDropout: share.lt(1),
  }),
)
export const scoreSchema = schemaOf<ScoreRecipe>()(
  z.strictObject({ queriesPerShard: count, tokensPerBatch: count, lexicalWeight }),
)
