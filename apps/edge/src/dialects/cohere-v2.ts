// Cohere's rerank API, version 2. Beside its strings, documents of { title, summary } are taken: the form models are
// trained on.
import type { Limits } from '../limits.ts'
import { cohereError, cohereV2Answer, type RerankAnswer } from './answers.ts'
import { type Dialect, EXAMPLE_TEXTS, warningsOf } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

/** POST /v2/rerank */
export function cohereV2(limits: Limits): Dialect {
  const { model, query, documents, optionalCount, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model,
      query,
      documents,
      top_n: optionalCount(1).describe('results to give back; all without it'),
      max_tokens_per_doc: optionalCount(1).describe('the model reads no more of a document than this'),
      priority: optionalCount(0, 999).describe('checked and not used'),
      ...extensions,
    },
    'model, query and documents',
  )
  return {
    name: 'Cohere v2',
    operationId: 'rerankV2',
    schema,
    example: { model: 'disranker', query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema: cohereV2Answer,
    errorSchema: cohereError,
    parse(body) {
      const { fields, unknown } = checkBody(schema, body)
      const { top_n: topN, max_tokens_per_doc: maxTokens, model, query, documents } = fields
      return {
        request: { model, query, documents, topN, maxTokens, ...extensionsOf(fields) },
        answer: ({ results, tokens }, { id, relevance, warnings }): RerankAnswer => ({
          id,
          results: results.map(({ index, score }) => ({ index, relevance_score: relevance(score) })),
          meta: {
            api_version: { version: '2' },
            tokens: { input_tokens: tokens },
            ...warningsOf(unknown, warnings),
          },
        }),
      }
    },
    errorBody: ({ message }, id) => ({ id, message }),
  }
}
