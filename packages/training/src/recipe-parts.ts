// What recipes of everything that is trained have in common, and what their numbers may be. Bounds are where a value is
// surely a slip, not where it is unwise.
import { schemaOf } from '@disranker/stage'
import { z } from 'zod'
import type { LabelObjective, ScoreObjective } from './losses/objective.ts'
import type { OptimizerRecipe } from './optimizer.ts'
import type { Schedule } from './schedule.ts'
import type { Training } from './training.ts'

/** a share of something */
export const share = z.number().min(0).max(1)
/** how often, how many */
export const count = z.int().min(1)
/** a value that is taken from the log */
export const auto = z.literal('auto')

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
  }),
)

const rest = {
  schedule,
  optimizer,
  accumulate: count.exactOptional(),
  checkpointEvery: count,
}
export const training = schemaOf<Training>()(z.strictObject({ ...rest, steps: count }))
/** with steps that may be taken from the log */
export const derivedTraining = z.strictObject({ ...rest, steps: z.union([count, auto]) })
/** of a stage that counts its steps itself */
export const stepless = z.strictObject(rest)

const temperature = z.number().positive().max(1000)
const gains = z.array(z.number().min(0)).min(2).readonly()
const others = [
  z.strictObject({
    loss: z.literal('pairwise-margin'),
    margin: z.number().positive(),
    lowWeight: share.exactOptional(),
  }),
  z.strictObject({ loss: z.literal('rank-net') }),
  z.strictObject({ loss: z.literal('info-nce'), temperature }),
  z.strictObject({ loss: z.literal('lambda'), k: count, sigma: z.number().positive() }),
] as const
export const labelObjective: z.ZodType<LabelObjective> = z.discriminatedUnion('loss', [
  ...others,
  z.strictObject({ loss: z.literal('listwise'), gains }),
])
/** with gains that may be taken from the log's grades */
export const derivedLabelObjective = z.discriminatedUnion('loss', [
  ...others,
  z.strictObject({ loss: z.literal('listwise'), gains: z.union([gains, auto]) }),
])
export const scoreObjective: z.ZodType<ScoreObjective> = z.discriminatedUnion('loss', [
  z.strictObject({ loss: z.literal('hybrid'), alpha: share }),
  z.strictObject({ loss: z.literal('listwise-kl'), temperature }),
])

const length = z.union([z.int().min(1).max(8192), auto])
/** of a tokenizer that is learned; lengths and size may be taken from the log */
export const vocabulary = z.strictObject({
  form: z.enum(['bert', 'llama']),
  size: z.union([z.int().min(200).max(300_000), auto]),
  maxLength: length,
  maxQuery: length,
  maxTitle: length,
  maxSummary: length,
  marks: z.union([
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
