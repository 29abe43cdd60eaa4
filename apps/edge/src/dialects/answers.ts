// What the rerank APIs answer, as schemas: the description of the API shows them, and the tests check answers by them.
import { z } from 'zod'

const index = z.int().min(0).describe('position of the document in the request')
const relevance = z
  .number()
  .describe(
    'from 0 to 1; with raw_scores any number; 0 (or the lowest 32-bit float) where nothing was ranked',
  )
const count = z.int().min(0)
const id = z.string().describe('equal for equal requests to one version of a model')
const warnings = z
  .array(z.string())
  .readonly()
  .optional()
  .describe('fields that were ignored, documents that were not ranked')

export const cohereV2Answer = z.strictObject({
  id,
  results: z
    .array(z.strictObject({ index, relevance_score: relevance }))
    .describe('best first; equal scores keep the order of the request'),
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('2') }),
    tokens: z.strictObject({
      input_tokens: count.describe(
        'what the model read: query and document of every pair, special tokens too',
      ),
    }),
    warnings,
  }),
})

/** What POST /v2/rerank answers. */
export type RerankAnswer = z.infer<typeof cohereV2Answer>

export const cohereV1Answer = z.strictObject({
  id,
  model: z.string(),
  results: z.array(
    z.strictObject({
      index,
      relevance_score: relevance,
      document: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('1') }),
    billed_units: z.strictObject({ search_units: count }),
    warnings,
  }),
})

export const vllmAnswer = z.strictObject({
  id,
  object: z.literal('rerank'),
  model: z.string(),
  results: z.array(
    z.strictObject({
      index,
      relevance_score: relevance,
      document: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('2') }),
    tokens: z.strictObject({ input_tokens: count }),
    warnings,
  }),
})

export const scoreAnswer = z.strictObject({
  id,
  object: z.literal('list'),
  model: z.string(),
  data: z
    .array(z.strictObject({ index, object: z.literal('score'), score: relevance }))
    .describe('in the order of text_2'),
  usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
})

export const voyageAnswer = z.strictObject({
  object: z.literal('list'),
  data: z.array(z.strictObject({ index, relevance_score: relevance, document: z.string().optional() })),
  model: z.string(),
  usage: z.strictObject({ total_tokens: count }),
})

export const teiAnswer = z.array(z.strictObject({ index, score: relevance, text: z.string().optional() }))

export const cohereError = z.strictObject({ id: z.string(), message: z.string() })
export const jinaError = cohereError.extend({
  detail: z.string().describe('the message again, where Jina has it'),
})
export const voyageError = z.strictObject({ detail: z.string() })
export const teiError = z.strictObject({ error: z.string(), error_type: z.string() })
/** Of `/rerank`, where an error may come before there is a body to tell whose API is asked: every client finds what it reads. */
export const eitherError = jinaError.extend(teiError.shape)
