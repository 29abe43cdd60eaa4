// The variable WORKERS_AI_MODELS: rerankers of Workers AI under names of this server, alone or after a model
// that is served here.
import { z } from 'zod'

const modelSchema = z.strictObject({
  /** its name at Workers AI */
  model: z.string().regex(/^@cf\//, 'wanted a name of Workers AI, like @cf/baai/bge-reranker-base'),
  /** the model of this server that ranks all documents first; without it Workers AI reads all of them */
  after: z.string().min(1).optional(),
  /** number of documents for Workers AI, the best of that one */
  top: z.int().min(1).max(1_000).default(20),
  /** the kind of its scores: logits, whose logistic function is the relevance, or relevances */
  scores: z.literal(['logit', 'relevance']).default('logit'),
  /**
   * the price of a million tokens, for headers and metrics; $0.0031 is Cloudflare's published price for
   * bge-reranker-base
   */
  usdPerMillionTokens: z.number().min(0).default(0.0031),
})

/** A reranker of Workers AI on this server. */
export type HostedSettings = z.infer<typeof modelSchema>

const modelsSchema = z.record(z.string().min(1), modelSchema)

/** A JSON text, or the object that wrangler parses from a variable in JSON. */
export const hostedSchema = z
  .union([
    z.literal('').transform(() => ({})),
    z.string().transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: WANTED })
        return z.NEVER
      }
    }),
    z.looseObject({}),
  ])
  .pipe(modelsSchema)
  .superRefine((models, context) => {
    for (const [name, { after }] of Object.entries(models))
      if (after !== undefined && Object.hasOwn(models, after))
        context.addIssue({
          code: 'custom',
          message: `"${name}" comes after "${after}", which is hosted too. Wanted a model of this server`,
        })
  })
  .transform((models): ReadonlyMap<string, HostedSettings> => new Map(Object.entries(models)))

const WANTED = 'wanted JSON like {"large": {"model": "@cf/baai/bge-reranker-base", "after": "disranker"}}'
