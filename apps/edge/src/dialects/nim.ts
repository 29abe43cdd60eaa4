// The ranking API of NVIDIA's NIM
// (https://docs.nvidia.com/nim/nemo-retriever/text-reranking/latest/reference.html): a query and passages as
// objects with a text, and logits instead of relevances.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { index, usage } from './parts/answers.ts'
import { anyDocument } from './parts/any-document.ts'
import { openAiErrorOf } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { knownByKey, requestParts } from './parts/request-parts.ts'

const answerSchema = z.strictObject({
  rankings: z.array(
    z.strictObject({ index, logit: z.number().describe('the raw score of the model, any real number') }),
  ),
  usage,
})

/** POST /v1/ranking */
export function nim(limits: Limits): Dialect {
  const { model, query, list, optional, optionalCount, extensions } = requestParts(limits)
  const { raw_scores: _, ...others } = extensions
  const fields = fieldTable(
    'query and passages',
    {
      model: optional(model).describe('a name of GET /v1/models; the first one by default'),
      query: z.strictObject({ text: query }).describe('{ text }'),
      passages: list(anyDocument, 'document').describe('the documents: objects with a text'),
      truncate: optional(z.literal(['NONE', 'END'], { error: 'wanted "NONE" or "END"' })).describe(
        'END by default; NONE refuses a query and passage that together are too long for the model',
      ),
      top_k: optionalCount(1).describe('maximal rankings; all by default'),
      ...others,
    },
    {
      raw_scores: warned('a logit is a raw score', { harmless: [true] }),
      user: warned(knownByKey),
    },
  )
  return defineDialect({
    name: 'NVIDIA NIM',
    paths: ['/v1/ranking'],
    operationId: 'ranking',
    fields,
    example: { query: { text: 'buffer overflow' }, passages: EXAMPLE_TEXTS.map((text) => ({ text })) },
    answerSchema,
    errorSchema: z.strictObject({
      object: z.literal('error'),
      message: z.string(),
      detail: z.strictObject({}),
      type: z.string(),
    }),
    read(asked) {
      return {
        model: asked.model,
        query: asked.query.text,
        documents: asked.passages,
        rules: { list: 'passages' },
        topN: asked.top_k,
        // a document that is read in pieces is not cut
        whole: asked.truncate === 'NONE' && asked.long_documents !== 'chunk',
        raw: true,
        answer: ({ results, tokens }, { relevance }) => ({
          rankings: results.map(({ index, score }) => ({ index, logit: relevance(score) })),
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        }),
      }
    },
    errorBody: (error) => ({
      object: 'error',
      message: error.message,
      detail: {},
      type: openAiErrorOf(error).type,
    }),
  })
}
