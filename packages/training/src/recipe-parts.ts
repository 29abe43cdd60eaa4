// The common parts of all training recipes, and the bounds of their numbers. A bound excludes values that are certainly a
// mistake, not those that are only unwise.
import { schemaOf } from '@disranker/stage'
import { z } from 'zod'
import type { TargetKind } from './losses/objective.ts'
import type { OptimizerRecipe } from './optimizer.ts'
import type { Schedule } from './schedule.ts'
import type { Training } from './training.ts'

/** a share of something */
export const share = z.number().min(0).max(1)
/** how often, how many */
export const count = z.int().min(1)
/** a value that is taken from the log */
const auto = z.literal('auto')

const schedule = schemaOf<Schedule>()(
  z.strictObject({
    shape: z.enum(['linear', 'cosine', 'constant']),
    peak: z.number().positive().max(0.1),
    warmup: share,
    floor: share.exactOptional(),
  }),
)

const belowOne = z.number().min(0).lt(1)
const optimizer = schemaOf<OptimizerRecipe>()(
  z.strictObject({
    beta1: belowOne,
    beta2: belowOne,
    epsilon: z.number().positive().max(1),
    weightDecay: z.number().min(0).max(1),
    clip: z.union([z.number().positive(), z.literal(Number.POSITIVE_INFINITY)]),
    rates: z
      .strictObject({
        layerDecay: z.number().positive().max(1).exactOptional(),
        parts: z.record(z.string().min(1), z.number().positive().max(1000)).exactOptional(),
      })
      .exactOptional(),
  }),
)

const rest = {
  schedule,
  optimizer,
  accumulate: count.exactOptional(),
  checkpointEvery: count,
  evaluation: z
    .strictObject({
      every: count,
      queries: count.exactOptional(),
      patience: count.exactOptional(),
      keep: z.int().min(0).max(1000).exactOptional(),
    })
    .exactOptional(),
}
export const training = schemaOf<Training>()(z.strictObject({ ...rest, steps: count }))
/** with steps that may be taken from the log */
export const derivedTraining = z.strictObject({ ...rest, steps: z.union([count, auto]) })
/** of a stage that measures nothing while it trains */
export const unmeasuredTraining = derivedTraining.omit({ evaluation: true })
/** of a stage that counts its steps itself */
export const stepless = z.strictObject(rest).omit({ evaluation: true })

const temperature = z.number().positive().max(1000)
const gap = z.number().min(0).exactOptional()
const gains = z.array(z.number().min(0)).min(2).readonly()
/** the gain of a document of each grade; may be taken from the log's grades */
export const derivedGains = z.union([gains, auto])

/** What may be learned from: a teacher's scores are there for `distil` alone. */
function objectiveOf(kinds: readonly [TargetKind, ...TargetKind[]]) {
  const each = { weight: z.number().positive().exactOptional(), targets: z.enum(kinds).exactOptional() }
  // gains are taken from the log's grades with 'auto'
  const worth = { ...each, gains: derivedGains.exactOptional() }
  const term = z.discriminatedUnion('loss', [
    z.strictObject({ ...worth, loss: z.literal('hybrid'), alpha: share }),
    z.strictObject({ ...worth, loss: z.literal('listwise-kl'), temperature }),
    z.strictObject({ ...worth, loss: z.literal('listwise'), temperature: temperature.exactOptional() }),
    z.strictObject({ ...worth, loss: z.literal('lambda'), k: count, sigma: z.number().positive() }),
    z.strictObject({
      ...each,
      loss: z.literal('pairwise-margin'),
      margin: z.number().positive(),
      lowWeight: share.exactOptional(),
      gap,
    }),
    z.strictObject({ ...each, loss: z.literal('rank-net'), gap }),
    z.strictObject({ ...each, loss: z.literal('info-nce'), temperature, gap }),
  ])
  return z.union([term, z.array(term).min(1).readonly()])
}
/** of a stage that has only grades */
export const gradesObjective = objectiveOf(['grades'])
/** of a stage that has a teacher's scores in addition to grades */
export const objective = objectiveOf(['scores', 'grades'])

const length = z.union([z.int().min(1).max(8192), auto])
const texts = { maxLength: length, maxQuery: length, maxTitle: length, maxSummary: length }
/** of texts in tokens; may be taken from the log */
export const lengths = z.strictObject(texts)
/** 'whole': like 'auto', with a higher bound; by whether the log has few judged train queries or many */
const reach = z.union([length, z.literal('whole')])
const summaryLength = z.union([reach, z.strictObject({ few: reach, many: reach })])
/** of a tokenizer that is learned; lengths and size may be taken from the log */
export const vocabulary = z.strictObject({
  form: z.enum(['bert', 'llama']),
  size: z.union([z.int().min(200).max(300_000), auto]),
  ...texts,
  maxSummary: summaryLength,
  exactMatch: z.union([
    z.literal(false),
    z.strictObject({
      levels: z.tuple([z.number(), z.number()]).readonly(),
      k1: z.number().min(0).max(10),
      b: share,
      buckets: z.int().min(1).max(256),
      bucketWidth: z.number().positive(),
    }),
  ]),
})

/** What a recipe of several forms may hold, for a schema whose check is a function: the reference lists it, a misspelt key is compared with it. */
export const formsOf = (...forms: readonly z.ZodType[]) => ({
  forms: forms.map((form) => z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' })),
})

/** A recipe of two forms, told apart by a key: what is wrong with one is said of the form that is meant. */
export const formBy = <Recipe>(key: string, having: z.ZodType, lacking: z.ZodType) =>
  z
    .looseObject({})
    .superRefine((recipe, context) => {
      const schema = key in recipe ? having : lacking
      for (const issue of schema.safeParse(recipe).error?.issues ?? []) context.addIssue({ ...issue })
    })
    .meta(formsOf(having, lacking)) as unknown as z.ZodType<Recipe>
