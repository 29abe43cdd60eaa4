// The rerank API of Infinity (infinity_emb/fastapi_schemas/pymodels.py): documents are strings, and are
// returned as strings. vLLM's clients expect objects at the same path, so it is under /infinity.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { id, index, relevance, usage } from './parts/answers.ts'
import { openAiError, openAiErrorOf } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

/** Infinity's name of an unnamed model */
const ANY_MODEL = 'default/not-specified'

const answerSchema = z.strictObject({
  object: z.literal('rerank'),
  results: z.array(
    z.strictObject({ relevance_score: relevance, index, document: z.string().nullable().optional() }),
  ),
  model: z.string(),
  usage,
  id,
  created: z.literal(0).describe('0, so that equal requests have equal answers'),
})

/** POST /infinity/rerank */
export function infinity(limits: Limits): Dialect {
  const { model, query, list, text, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const fields = fieldTable(
    'query and documents',
    {
      model: optional(model).describe(
        `a name of GET /v1/models; the first one by default, or with "${ANY_MODEL}"`,
      ),
      query,
      documents: list(text, 'text').describe('the documents to rank'),
      top_n: optionalCount(1).describe('maximal results; all by default'),
      return_documents: optionalFlag.describe('return the documents'),
      ...extensions,
    },
    // LiteLLM sends Cohere's fields
    {
      rank_fields: warned('documents of Infinity are strings'),
      max_chunks_per_doc: warned("Infinity has no such field; long_documents is this server's"),
      max_tokens_per_doc: warned('Infinity has no such field'),
    },
  )
  return defineDialect({
    name: 'Infinity',
    paths: ['/infinity/rerank'],
    operationId: 'rerankInfinity',
    under: '/infinity/',
    fields,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema,
    errorSchema: z.strictObject({ error: openAiError }),
    read(asked) {
      const { query, documents, top_n: topN, return_documents: withDocuments = false } = asked
      return {
        model: asked.model === ANY_MODEL ? undefined : asked.model,
        query,
        documents,
        topN,
        answer: ({ results, tokens }, { id, model, relevance }) => ({
          object: 'rerank',
          results: results.map(({ index, score }) => ({
            relevance_score: relevance(score),
            index,
            ...(withDocuments && { document: documents[index]! }),
          })),
          model,
          usage: { prompt_tokens: tokens, total_tokens: tokens },
          id,
          created: 0,
        }),
      }
    },
    errorBody: (error) => ({ error: openAiErrorOf(error) }),
  })
}
