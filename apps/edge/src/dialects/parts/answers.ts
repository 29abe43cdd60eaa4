// Parts of the answers of the rerank APIs, as schemas: the description of the API shows them, and the tests
// check answers by them.
import type { Explanation } from '@disranker/reranker'
import { z } from 'zod'

export const index = z.int().min(0).describe('position of the document in the request')
export const relevance = z
  .number()
  .describe(
    'from 0 to 1; with raw_scores any number; 0 (or the lowest 32-bit float) where nothing was ranked',
  )
export const explanation = z
  .strictObject({
    score: z.number().describe("the model's score, before the logistic function; the sum of the parts"),
    parts: z
      .array(z.strictObject({ name: z.string(), score: z.number() }))
      .readonly()
      .describe(
        'network: the encoder; lexical: BM25 of the shared words; table: the static word table; only those that the model has, and others may come',
      ),
    matched_words: z
      .array(z.string())
      .readonly()
      .describe('words of the query that are also in the document, by their stems; the first 32'),
  })
  .optional()
  .describe('with explain: true, of a document that was ranked')
export const count = z.int().min(0)
export const id = z.string().describe('equal for equal requests to one version of a model')
export const warnings = z
  .array(z.string())
  .readonly()
  .optional()
  .describe('fields that were not used, documents that were not ranked')
/** the original document, or { text } for a string */
export const anyObject = z.record(z.string(), z.unknown()).optional()
export const usage = z.strictObject({ prompt_tokens: count, total_tokens: count })

/** The member `explanation` of a result, if there is one. */
export const explainedBy = (explanation: Explanation | undefined): { readonly explanation?: Explanation } =>
  explanation === undefined ? {} : { explanation }
