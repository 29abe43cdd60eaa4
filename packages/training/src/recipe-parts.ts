// The common parts of all training recipes, and the bounds of their numbers. A bound excludes values that are certainly a
// mistake, not those that are only unwise.
import { z } from 'zod'

/** a share of something */
export const share = z.number().min(0).max(1)
/** a count */
export const count = z.int().min(1)
/** a value that is derived from the log */
const auto = z.literal('auto')

const schedule = z.strictObject({
  /** the form of the decay after the warm-up; `constant` has none */
  shape: z.enum(['linear', 'cosine', 'constant']),
  /** highest learning rate */
  peak: z.number().positive().max(0.1),
  /** share of the steps in the warm-up, in which the rate rises linearly to its peak */
  warmup: share,
  /** share of the peak at the last step; 0 by default */
  floor: share.exactOptional(),
})
export type Schedule = Readonly<z.output<typeof schedule>>

const belowOne = z.number().min(0).lt(1)
const rates = z.strictObject({
  /**
   * the rate of a layer is that of the layer above times this; the tables before the layers have that of the
   * lowest layer times this
   */
  layerDecay: z.number().positive().max(1).exactOptional(),
  /**
   * a factor by parts of names such as 'score' or 'layers.0', `*` for anything; if several match, the last
   * one counts
   */
  parts: z.record(z.string().min(1), z.number().positive().max(1000)).exactOptional(),
})
export type Rates = Readonly<z.output<typeof rates>>

const optimizer = z.strictObject({
  beta1: belowOne,
  beta2: belowOne,
  epsilon: z.number().positive().max(1),
  weightDecay: z.number().min(0).max(1),
  /** the gradient is scaled down to this global norm; Infinity for no clipping */
  clip: z.union([z.number().positive(), z.literal(Number.POSITIVE_INFINITY)]),
  /** one rate for all weights by default */
  rates: rates.exactOptional(),
})
export type OptimizerRecipe = Readonly<z.output<typeof optimizer>>

const rest = {
  schedule,
  optimizer,
  /** batches an update, as one batch of all of them; 1 by default */
  accumulate: count.exactOptional(),
  /** updates between two checkpoints */
  checkpointEvery: count,
  /** measurements on validation during training; the result is then the best measured model, not the last */
  evaluation: z
    .strictObject({
      /** updates between two measurements */
      every: count,
      /** validation queries to measure on, the first ones; all by default */
      queries: count.exactOptional(),
      /** measurements without improvement after which training ends early; never by default */
      patience: count.exactOptional(),
      /**
       * number of last measurements whose weights are kept in `checkpoints/` in addition to the best; 1 by
       * default
       */
      keep: z.int().min(0).max(1000).exactOptional(),
    })
    .exactOptional(),
}
/** `steps`: updates */
export const training = z.strictObject({ ...rest, steps: count })
export type Training = Readonly<z.output<typeof training>>
/** with steps that may be derived from the log */
export const derivedTraining = z.strictObject({ ...rest, steps: z.union([count, auto]) })
/** of a stage that measures nothing during training */
export const unmeasuredTraining = derivedTraining.omit({ evaluation: true })
/** of a stage that computes its number of steps */
export const stepless = z.strictObject(rest).omit({ evaluation: true })

/** of a stage that trains from a seed */
export const seeds = {
  seed: z.int(),
  /** more seeds for the same recipe, for the spread in the report; the model of the first seed is the result */
  seeds: z.array(z.int()).readonly().exactOptional(),
}

export const gains = z.array(z.number().min(0)).min(2).readonly()
/**
 * the gain of a document of each grade; `'auto'`: 2^grade - 1 up to the log's highest, scaled to a maximum of
 * 1
 */
export const derivedGains = z.union([gains, auto])

const length = z.union([z.int().min(1).max(8192), auto])
const texts = { maxLength: length, maxQuery: length, maxTitle: length, maxSummary: length }
/** of texts in tokens; may be derived from the log */
export const lengths = z.strictObject(texts)
/** 'whole': like 'auto', with a higher bound; or different values for few and for many judged train queries */
const reach = z.union([length, z.literal('whole')])
const summaryLength = z.union([reach, z.strictObject({ few: reach, many: reach })])
/** of a learned tokenizer; lengths and size may be derived from the log */
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

/**
 * The schema of a recipe of several forms whose check is a function: the reference lists its keys, and a
 * misspelt key is compared with them.
 */
export const formsOf = (...forms: readonly z.ZodType[]) => ({
  forms: forms.map((form) => z.toJSONSchema(form, { io: 'input', unrepresentable: 'any' })),
})

/** A recipe of two forms that one key distinguishes: errors are reported for the form that the key selects. */
export const formBy = <Recipe>(key: string, having: z.ZodType, lacking: z.ZodType) =>
  z
    .looseObject({})
    .superRefine((recipe, context) => {
      const schema = key in recipe ? having : lacking
      for (const issue of schema.safeParse(recipe).error?.issues ?? []) context.addIssue({ ...issue })
    })
    .meta(formsOf(having, lacking)) as unknown as z.ZodType<Recipe>
