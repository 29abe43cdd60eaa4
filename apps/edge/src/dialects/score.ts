// vLLM's score API: one text against one or many, or as many against as many, each pair with its score, in the order of the
// request.
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { jinaError, scoreAnswer } from './answers.ts'
import { type Dialect, EXAMPLE_TEXTS, JINA_ERRORS } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

/** POST /score and /v1/score */
export function score(limits: Limits, operationId: string): Dialect {
  const { model, query, list, text, optional, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model: optional(model).describe('a name of GET /v1/models; the first of them without it'),
      text_1: z
        .union([query, list(query, 'text')], {
          error: `wanted a text that is not blank, or an array of 1 to ${limits.documents} of them`,
        })
        .describe('the query, or as many as text_2 has: the first is scored with the first, and so on'),
      text_2: z
        .union([text, list(text, 'text')], {
          error: `wanted a text, or an array of 1 to ${limits.documents} texts`,
        })
        .describe('what is scored'),
      ...extensions,
    },
    'text_1 and text_2',
  )
  return {
    name: "vLLM's scores",
    operationId,
    schema,
    example: { text_1: 'buffer overflow', text_2: EXAMPLE_TEXTS },
    answerSchema: scoreAnswer,
    errorSchema: jinaError,
    parse(body) {
      const { fields } = checkBody(schema, body)
      const queries = [fields.text_1].flat()
      const documents = [fields.text_2].flat()
      if (queries.length > 1 && queries.length !== documents.length)
        throw new ApiError(
          400,
          `text_1: has ${queries.length} texts and text_2 ${documents.length}; wanted one with one, one with many, or as many with as many.`,
        )
      return {
        request: {
          model: fields.model,
          query: queries.length === 1 ? queries[0]! : queries,
          documents,
          ...extensionsOf(fields),
        },
        answer: ({ results, tokens }, { id, model, relevance }) => ({
          id,
          object: 'list',
          model,
          data: results
            .map(({ index, score }) => ({ index, object: 'score', score: relevance(score) }))
            .sort((a, b) => a.index - b.index),
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        }),
      }
    },
    ...JINA_ERRORS,
  }
}
