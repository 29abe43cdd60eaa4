// The rerank API that vLLM and Infinity serve at /rerank, and that Dify and LiteLLM (hosted_vllm) ask there: Cohere's, with
// documents given back as objects of a text, token counts under "usage", and a model that need not be named.
import type { Limits } from '../limits.ts'
import { jinaError, vllmAnswer } from './answers.ts'
import { type AnyDocument, anyDocument, asObject, rankFields, toRanked } from './any-document.ts'
import { type Dialect, EXAMPLE_TEXTS, JINA_ERRORS, warningsOf } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

/** POST /rerank with documents */
export function vllm(limits: Limits): Dialect {
  const { model, query, list, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model: optional(model).describe('a name of GET /v1/models; the first of them without it'),
      query,
      documents: list<AnyDocument>(anyDocument, 'document').describe(
        'what is ranked: strings or objects of text fields',
      ),
      rank_fields: optional(rankFields),
      top_n: optionalCount(0).describe('results to give back; all without it, or with 0'),
      return_documents: optionalFlag.describe('give the documents back, untouched; true by default'),
      max_tokens_per_doc: optionalCount(1).describe('the model reads no more of a document than this'),
      ...extensions,
    },
    'query and documents',
  )
  return {
    name: 'vLLM and Infinity',
    operationId: 'rerank',
    schema,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_n: 1 },
    answerSchema: vllmAnswer,
    errorSchema: jinaError,
    parse(body) {
      const { fields, unknown } = checkBody(schema, body)
      const { documents, return_documents: withDocuments = true } = fields
      return {
        request: {
          model: fields.model,
          query: fields.query,
          documents: toRanked(documents, fields.rank_fields),
          topN: fields.top_n || undefined,
          maxTokens: fields.max_tokens_per_doc,
          ...extensionsOf(fields),
        },
        answer: ({ results, tokens }, { id, model, relevance, warnings }) => ({
          id,
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
            tokens: { input_tokens: tokens },
            ...warningsOf(unknown, warnings),
          },
        }),
      }
    },
    ...JINA_ERRORS,
  }
}
