// Mixedbread's rerank API (https://www.mixedbread.com/api-reference, POST /v1/reranking). Its documents are
// the field "input", which distinguishes it from llama.cpp at the same path.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { count, index, relevance, usage } from './parts/answers.ts'
import { anyDocument, rankFields } from './parts/any-document.ts'
import { JINA_ERRORS, jinaError } from './parts/errors.ts'
import { fieldTable, refused } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

const answerSchema = z.strictObject({
  usage: usage.extend({ completion_tokens: z.literal(0) }),
  model: z.string(),
  data: z.array(
    z.strictObject({
      index,
      score: relevance,
      input: z.unknown().describe('the document, or null if it is not requested'),
      object: z.literal('rank_result'),
    }),
  ),
  object: z.literal('list'),
  top_k: count,
  return_input: z.boolean(),
})

/** POST /v1/reranking with input */
export function mixedbread(limits: Limits): Dialect {
  const { model, query, list, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const fields = fieldTable(
    'query and input',
    {
      model: optional(model).describe('a name of GET /v1/models; the first one by default'),
      query,
      input: list(anyDocument, 'document').describe('the documents: strings or objects of text fields'),
      rank_fields: optional(rankFields),
      top_k: optionalCount(1).describe('maximal results; all by default'),
      return_input: optionalFlag.describe('return the documents unchanged'),
      ...extensions,
    },
    {
      rewrite_query: refused('queries are not rewritten here', { harmless: [false] }),
    },
  )
  return defineDialect({
    name: 'Mixedbread',
    paths: ['/v1/reranking'],
    operationId: 'rerankMixedbread',
    knownBy: 'input',
    fields,
    example: { query: 'buffer overflow', input: EXAMPLE_TEXTS, top_k: 1 },
    answerSchema,
    errorSchema: jinaError,
    read(asked) {
      const { query, input, top_k: topN, return_input: withInput = false } = asked
      return {
        model: asked.model,
        query,
        documents: input,
        rules: { rankFields: asked.rank_fields, list: 'input' },
        topN,
        answer: ({ results, tokens }, { model, relevance }) => ({
          usage: { prompt_tokens: tokens, total_tokens: tokens, completion_tokens: 0 },
          model,
          data: results.map(({ index, score }) => ({
            index,
            score: relevance(score),
            input: withInput ? input[index] : null,
            object: 'rank_result',
          })),
          object: 'list',
          top_k: topN ?? input.length,
          return_input: withInput,
        }),
      }
    },
    ...JINA_ERRORS,
  })
}
