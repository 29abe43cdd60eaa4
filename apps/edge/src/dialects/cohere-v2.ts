// Cohere's rerank API, version 2 (https://docs.cohere.com/reference/rerank). It accepts strings, and objects as in
// version 1; those that have an id are answered with it.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS, searchUnits, warningsOf } from './dialect.ts'
import { count, explainedBy, explanation, id, index, relevance, warnings } from './parts/answers.ts'
import { idOf } from './parts/any-document.ts'
import { cohereError } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { requestParts, servedInTurn } from './parts/request-parts.ts'

const answerSchema = z.strictObject({
  id,
  results: z
    .array(
      z.strictObject({
        index,
        relevance_score: relevance,
        id: z.union([z.string(), z.number()]).optional().describe('of a document with an id'),
        explanation,
      }),
    )
    .describe('best first; equal scores keep the order of the request'),
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('2') }),
    billed_units: z.strictObject({ search_units: count }),
    tokens: z.strictObject({
      input_tokens: count.describe(
        'tokens that the model read: query and document of every pair, including special tokens',
      ),
    }),
    warnings,
  }),
})

/** What POST /v2/rerank answers. */
export type RerankAnswer = z.infer<typeof answerSchema>

/** POST /v2/rerank */
export function cohereV2(limits: Limits): Dialect {
  const { model, query, documents, optionalCount, extensions, explain } = requestParts(limits)
  const fields = fieldTable(
    'model, query and documents',
    {
      model,
      query,
      documents,
      top_n: optionalCount(1).describe('maximal results; all by default'),
      max_tokens_per_doc: optionalCount(1).describe('maximal tokens of a document'),
      ...extensions,
      explain,
    },
    {
      priority: warned(servedInTurn, { harmless: [0], schema: optionalCount(0, 999) }),
    },
  )
  return defineDialect({
    name: 'Cohere v2',
    paths: ['/v2/rerank'],
    operationId: 'rerankV2',
    fields,
    example: { model: 'disranker', query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema,
    errorSchema: cohereError,
    read(asked) {
      const { top_n: topN, max_tokens_per_doc: maxTokens, model, query } = asked
      return {
        model,
        query,
        documents: asked.documents,
        rules: { refuseBlank: true },
        topN,
        maxTokens,
        explain: asked.explain ?? undefined,
        answer: ({ results, tokens }, { id, relevance, warnings }): RerankAnswer => ({
          id,
          results: results.map(({ index, score, explanation }) => ({
            index,
            relevance_score: relevance(score),
            ...idOf(asked.documents[index]!),
            ...explainedBy(explanation),
          })),
          meta: {
            api_version: { version: '2' },
            billed_units: { search_units: searchUnits(asked.documents.length) },
            tokens: { input_tokens: tokens },
            ...warningsOf(warnings),
          },
        }),
      }
    },
    errorBody: ({ message }, id) => ({ id, message }),
  })
}
