// The rerank API of Hugging Face's text-embeddings-inference.
import { z } from 'zod'
import type { ErrorStatus } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { bodySchema, checkBody, requestParts } from '../rerank-request.ts'
import type { Dialect } from './dialect.ts'

const ERROR_TYPES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  413: 'Validation',
  422: 'Validation',
  429: 'Overloaded',
  500: 'Backend',
  503: 'Unhealthy',
}

/** POST /tei/rerank. It names no model. */
export function tei(limits: Limits): Dialect {
  const { query, list, text, optional, optionalFlag } = requestParts(limits)
  const schema = bodySchema(
    {
      query,
      texts: list(text, 'text'),
      raw_scores: optionalFlag,
      return_text: optionalFlag,
      truncate: optionalFlag,
      truncation_direction: optional(
        z.literal(['right', 'Right'], { error: 'wanted "right": a text is cut at its end' }),
      ),
    },
    'query and texts',
  )
  return {
    parse(body) {
      const { fields } = checkBody(schema, body)
      const { query, texts, raw_scores: raw, return_text: withText, truncate = false } = fields
      return {
        request: { model: undefined, query, documents: texts, whole: !truncate },
        answer: ({ results }, { relevance }) =>
          results.map(({ index, score }) => ({
            index,
            score: raw ? score : relevance(score),
            ...(withText && { text: texts[index] }),
          })),
      }
    },
    errorBody: ({ message, status }) => ({ error: message, error_type: ERROR_TYPES[status] ?? 'Validation' }),
  }
}
