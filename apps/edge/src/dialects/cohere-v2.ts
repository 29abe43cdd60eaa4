// Cohere's rerank API, version 2. Beside its strings, documents of { title, summary } are taken: the form models are
// trained on.
import type { Limits } from '../limits.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from '../rerank-request.ts'
import { type Dialect, warningsOf } from './dialect.ts'

export interface RerankAnswer {
  readonly id: string
  /** sorted by falling score; equal scores keep the order of the request */
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly meta: {
    readonly api_version: { readonly version: '2' }
    /** what the model read: query and document of every pair, special tokens too */
    readonly tokens: { readonly input_tokens: number }
    readonly warnings?: readonly string[]
  }
}

/** POST /v2/rerank */
export function cohereV2(limits: Limits): Dialect {
  const { model, query, documents, optionalCount, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model,
      query,
      documents,
      top_n: optionalCount(1),
      max_tokens_per_doc: optionalCount(1),
      priority: optionalCount(0, 999),
      ...extensions,
    },
    'model, query and documents',
  )
  return {
    schema,
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
