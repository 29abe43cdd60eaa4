// What the recipes of this package may hold; checked before anything runs.
import { schemaOf } from '@disranker/stage'
import { recipeParts } from '@disranker/training'
import { z } from 'zod'
import type { FeaturesRecipe } from './features.ts'
import type { HeadsRecipe } from './heads.ts'

const { count } = recipeParts
const temperature = z.number().positive().max(10)

export const featuresSchema = schemaOf<FeaturesRecipe>()(
  z.strictObject({
    from: z.union([z.string().min(1), z.literal(false)]),
    revision: z.string().min(1).exactOptional(),
    lengths: z.strictObject({ query: z.int().min(4), document: z.int().min(4) }),
    prefixes: z.strictObject({ query: z.string(), document: z.string() }).exactOptional(),
    pooling: z.enum(['mean', 'cls']).exactOptional(),
    temperature,
    queries: count,
    documents: count,
    tokensPerBatch: count,
  }),
)
export const headsSchema = schemaOf<HeadsRecipe>()(
  z.strictObject({
    seed: z.int(),
    temperature,
    objective: z.strictObject({ gains: recipeParts.derivedGains }),
    batch: count,
    documents: z.int().min(2),
    trainTimes: count,
    training: recipeParts.training,
  }),
)
