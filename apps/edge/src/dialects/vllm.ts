// vLLM's rerank API at /rerank (vllm/entrypoints/pooling/scoring/protocol.py), which Dify and LiteLLM
// (hosted_vllm/) use: Cohere's, with documents returned as objects with a text, token counts under "usage",
// and an optional model.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS, searchUnits, warningsOf } from './dialect.ts'
import { anyObject, count, id, index, relevance, usage, warnings } from './parts/answers.ts'
import { anyDocument, asObject, rankFields } from './parts/any-document.ts'
import { JINA_ERRORS, jinaError } from './parts/errors.ts'
import { fieldTable } from './parts/field-table.ts'
import { oneOrMany, requestParts } from './parts/request-parts.ts'
import { vllmFields, vllmOptions, vllmUnused } from './vllm-fields.ts'

const answerSchema = z.strictObject({
  id,
  object: z.literal('rerank'),
  model: z.string(),
  results: z.array(z.strictObject({ index, relevance_score: relevance, document: anyObject })),
  usage,
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('2') }),
    billed_units: z.strictObject({ search_units: count, total_tokens: count }),
    tokens: z.strictObject({ input_tokens: count }),
    warnings,
  }),
})

/** POST /rerank with documents */
export function vllm(limits: Limits): Dialect {
  const parts = requestParts(limits)
  const fields = fieldTable(
    'query and documents',
    {
      query: parts.queryOrParts,
      documents: oneOrMany(parts.documents, anyDocument).describe(
        'the documents: strings or objects of text fields, or one of them',
      ),
      rank_fields: parts.optional(rankFields),
      top_n: parts.optionalCount(0).describe('maximal results; all by default, or with 0'),
      return_documents: parts.optionalFlag.describe('return the documents unchanged; true by default'),
      ...vllmFields(parts),
      ...parts.extensions,
    },
    vllmUnused,
  )
  return defineDialect({
    name: 'vLLM',
    paths: ['/rerank'],
    operationId: 'rerank',
    fields,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema,
    errorSchema: jinaError,
    read(asked) {
      const { documents, return_documents: withDocuments = true } = asked
      return {
        query: asked.query,
        documents,
        rules: { rankFields: asked.rank_fields },
        topN: asked.top_n || undefined,
        ...vllmOptions(asked),
        answer: ({ results, tokens }, { id, model, relevance, warnings }) => ({
          id: asked.request_id ?? id,
          object: 'rerank',
          model,
          results: results.map(({ index, score }) => ({
            index,
            relevance_score: relevance(score),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          usage: { prompt_tokens: tokens, total_tokens: tokens },
          meta: {
            api_version: { version: '2' },
            billed_units: { search_units: searchUnits(documents.length), total_tokens: tokens },
            tokens: { input_tokens: tokens },
            ...warningsOf(warnings),
          },
        }),
      }
    },
    ...JINA_ERRORS,
  })
}
