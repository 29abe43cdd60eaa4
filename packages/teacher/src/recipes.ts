// What the recipes of this package may hold; checked before anything runs.
import { groups, lexicalWeight } from '@disranker/ranking'
import { type ApiName, apis } from '@disranker/scorers'
import { schemaOf } from '@disranker/stage'
import { modelOf, recipeParts } from '@disranker/training'
import { decoders } from '@disranker/transformer'
import { z } from 'zod'

import type { BiEncoderRecipe } from './bi-encoder.ts'
import type { CptFromScratch, CptRecipe, FromCheckpointRecipe } from './cpt.ts'
import type { LeftOut } from './leave-out.ts'

import type { ScoreRecipe } from './score.ts'
import type { SftRecipe } from './sft.ts'
import type { TeacherRecipe } from './teacher-recipe.ts'

const { count, share } = recipeParts

const patterns = z.array(z.string().min(1)).min(1).readonly()
const trains = z.strictObject({
  embeddings: z.boolean(),
  lastLayers: count.exactOptional(),
  freeze: patterns.exactOptional(),
  lora: z
    .strictObject({
      rank: count,
      alpha: z.number().positive(),
      dropout: share.lt(1).exactOptional(),
      targets: patterns,
    })
    .exactOptional(),
  recompute: z.boolean().exactOptional(),
})
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
const cptFromCheckpoint = schemaOf<CptRecipe & FromCheckpointRecipe>()(
  z.strictObject({
    ...cptShared,
    from: z.string().min(1),
    revision: z.string().min(1).exactOptional(),
    adapter: z.string().min(1).exactOptional(),
    layers: z.array(z.int().min(0)).min(1).readonly().exactOptional(),
    lengths: recipeParts.lengths,
    trains: trains.exactOptional(),
  }),
)
const leftOut = z.strictObject({ leftOut: z.string().min(1) })
/** `from` names a pre-trained model; without it, all is made from scratch. */
export const cptSchema = recipeParts.formBy<CptRecipe | LeftOut>(
  'leftOut',
  leftOut,
  recipeParts.formBy<CptRecipe>('from', cptFromCheckpoint, cptFromScratch),
)
export const biEncoderSchema = schemaOf<BiEncoderRecipe>()(
  z.strictObject({
    seed: z.int(),
    from: z.union([z.string().min(1), z.literal(false)]),
    revision: z.string().min(1).exactOptional(),
    lengths: z.strictObject({ query: count, document: count }),
    prefixes: z.strictObject({ query: z.string(), document: z.string() }).exactOptional(),
    temperature: z.number().positive().max(10),
    freeze: z.array(z.string().min(1)).readonly(),
    training: recipeParts.derivedTraining,
    queries: count,
    groups,
    objective: recipeParts.gradesObjective,
  }),
)
const sftTrains = schemaOf<SftRecipe>()(
  z.strictObject({
    seed: z.int(),
    seeds: z.array(z.int()).readonly().exactOptional(),
    training: recipeParts.derivedTraining,
    queries: count,
    groups,
    objective: recipeParts.gradesObjective,
    wordDropout: share.lt(1),
    trains: trains.exactOptional(),
    pooling: z.enum(['last', 'mean']).exactOptional(),
  }),
)
export const sftSchema = z.looseObject({}).superRefine((recipe, context) => {
  const schema = 'leftOut' in recipe ? leftOut : sftTrains
  for (const issue of schema.safeParse(recipe).error?.issues ?? []) context.addIssue({ ...issue })
}) as unknown as z.ZodType<SftRecipe | LeftOut>
const weighed = {
  weight: z.union([z.literal('auto'), z.number()]),
  // it is a folder's name and part of a row's
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .exactOptional(),
}
const positive = z.number().positive()
const text = z.string().min(1)
const requested = {
  api: z.enum(Object.keys(apis) as [ApiName, ...ApiName[]]),
  model: text.exactOptional(),
  documents: count.exactOptional(),
  body: z.record(z.string(), z.unknown()).readonly().exactOptional(),
  prompt: z
    .strictObject({
      system: z.string().exactOptional(),
      user: z
        .string()
        .refine(
          (user) => /\{query\}/.test(user) && /\{document\}/.test(user),
          'needs {query} and {document}',
        ),
      yes: z.array(text).min(1).readonly(),
      no: z.array(text).min(1).readonly(),
    })
    .exactOptional(),
  scale: z.literal('logit').exactOptional(),
}
const asksRightly = ({ api, prompt }: { api: ApiName; prompt?: unknown }) =>
  (api === 'chat') === (prompt !== undefined)
const CHAT_ASKS = 'needs `prompt` with `api: "chat"`, and takes it with no other'
const checkpoint = {
  ...weighed,
  revision: text.exactOptional(),
  maxLength: count,
  maxQuery: count,
}
const arms = {
  decoder: z.strictObject({ ...weighed, decoder: z.literal('sft') }),
  scores: z.strictObject({ ...weighed, scores: text }),
  file: z.strictObject({ ...weighed, file: text }),
  crossEncoder: z.strictObject({ ...checkpoint, crossEncoder: text }),
  biEncoder: z.strictObject({
    ...checkpoint,
    biEncoder: text,
    pooling: z.enum(['mean', 'cls']).exactOptional(),
    queryPrefix: z.string().exactOptional(),
    documentPrefix: z.string().exactOptional(),
  }),
  url: z
    .strictObject({
      ...weighed,
      ...requested,
      url: z.url(),
      // turbo hands such variables on, and no other
      key: z
        .string()
        .regex(
          /^[A-Z0-9_]+_API_KEY$/,
          'names an environment variable that ends in _API_KEY; the key itself never stands in a recipe',
        )
        .exactOptional(),
      concurrency: count.exactOptional(),
      perMinute: count.exactOptional(),
      timeout: positive.exactOptional(),
      retries: z.int().min(0).exactOptional(),
      price: z
        .strictObject({
          currency: text,
          perMillionTokens: z.number().min(0).exactOptional(),
          perThousandRequests: z.number().min(0).exactOptional(),
        })
        .exactOptional(),
    })
    .refine(asksRightly, CHAT_ASKS)
    .refine(
      ({ key, price }) => key === undefined || price !== undefined,
      'takes a key, so it may cost money: needs `price`, { currency: "USD", perMillionTokens: 0 } where it is free',
    ),
  batch: z
    .strictObject({ ...weighed, ...requested, batch: z.string().regex(/^[\w-]+$/) })
    .refine(asksRightly, CHAT_ASKS)
    .refine(({ api }) => 'batch' in apis[api], 'vLLM has no batches of this API'),
}
/** By the key that says what a teacher is made from: a slip is then named by what was meant. */
const teacher = z.looseObject({}).superRefine((given, context) => {
  const kinds = Object.keys(arms).filter((kind) => kind in given) as (keyof typeof arms)[]
  if (kinds.length !== 1)
    context.addIssue(`needs one of ${Object.keys(arms).join(', ')}, and has ${kinds.join(' and ') || 'none'}`)
  else
    for (const issue of arms[kinds[0]!].safeParse(given).error?.issues ?? []) context.addIssue({ ...issue })
}) as unknown as z.ZodType<TeacherRecipe>
export const scoreSchema = schemaOf<ScoreRecipe>()(
  z.strictObject({
    teachers: z.array(teacher).min(1).readonly(),
    queriesPerShard: count,
    tokensPerBatch: count,
    lexicalWeight,
  }),
)
