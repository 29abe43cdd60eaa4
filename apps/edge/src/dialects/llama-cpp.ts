// The rerank API of llama.cpp's server (tools/server/README.md, "POST /reranking"; format_response_rerank in
// server-common.cpp), at those of its paths that no other API here uses. It handles a body with "texts" like
// text-embeddings-inference.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { index, relevance, usage } from './parts/answers.ts'
import { openAiError, openAiErrorOf } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'
import { tei } from './tei.ts'

const answerSchema = z.strictObject({
  model: z.string(),
  object: z.literal('list'),
  usage,
  results: z.array(z.strictObject({ index, relevance_score: relevance })),
})

const LLAMA_CPP_ERRORS: Pick<Dialect, 'errorBody' | 'errorSchema'> = {
  errorSchema: z.strictObject({ error: openAiError }),
  errorBody: (error) => ({ error: openAiErrorOf(error) }),
}

/** POST /reranking and /v1/reranking */
export function llamaCpp(limits: Limits): Dialect {
  const { model, query, documents, optional, optionalCount, extensions } = requestParts(limits)
  const fields = fieldTable(
    'query and documents',
    {
      model: optional(model).describe('a name of GET /v1/models; the first one by default'),
      query,
      documents,
      top_n: optionalCount(0).describe('maximal results; all by default, or with 0'),
      ...extensions,
    },
    { return_text: warned('llama.cpp gives texts back to bodies with "texts" alone', { harmless: [false] }) },
  )
  return defineDialect({
    name: 'llama.cpp',
    paths: ['/reranking', '/v1/reranking'],
    operationId: 'reranking',
    fields,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema,
    read(asked) {
      return {
        model: asked.model,
        query: asked.query,
        documents: asked.documents,
        topN: asked.top_n || undefined,
        answer: ({ results, tokens }, { model, relevance }) => ({
          model,
          object: 'list',
          usage: { prompt_tokens: tokens, total_tokens: tokens },
          results: results.map(({ index, score }) => ({ index, relevance_score: relevance(score) })),
        }),
      }
    },
    ...LLAMA_CPP_ERRORS,
  })
}

/** The same paths with "texts": TEI's requests and answers, and the errors of llama.cpp. */
export function llamaCppTexts(limits: Limits): Dialect {
  const { under: _, statusOf: __, ...asTei } = tei(limits)
  return {
    ...asTei,
    name: 'llama.cpp with texts',
    paths: ['/reranking', '/v1/reranking'],
    operationId: 'rerankingTexts',
    ...LLAMA_CPP_ERRORS,
  }
}
