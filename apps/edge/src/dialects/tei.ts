// The rerank API of Hugging Face's text-embeddings-inference.
import { z } from 'zod'
import type { ApiError, ErrorStatus } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { teiAnswer, teiError } from './answers.ts'
import { type Dialect, type Errors, EXAMPLE_TEXTS } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

const ERROR_TYPES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  413: 'Validation',
  422: 'Validation',
  500: 'Backend',
  503: 'Unhealthy',
}

/** What becomes of texts longer than the model reads: `auto` cuts them unless the request says truncate: false. */
export type TeiTruncation = 'auto' | 'always'

/**
 * POST /tei/rerank. It names no model.
 * @param truncation auto: as a TEI started with --auto-truncate; always: for clients that say truncate: false unasked
 */
export function tei(limits: Limits, truncation: TeiTruncation = 'auto'): Dialect {
  const { query, list, text, optional, optionalFlag, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      query,
      texts: list(text, 'text').describe('what is ranked'),
      return_text: optionalFlag.describe('give the texts back'),
      truncate: optionalFlag.describe(
        'true by default; false refuses a query and text that together are longer than the model reads',
      ),
      truncation_direction: optional(
        z.literal(['right', 'Right', 'left', 'Left'], {
          error: 'wanted "right" or "left": the side that is cut off',
        }),
      ).describe('the side that is cut off; right by default'),
      ...extensions,
    },
    'query and texts',
  )
  return {
    name: 'text-embeddings-inference',
    operationId: 'rerankTei',
    schema,
    example: { query: 'buffer overflow', texts: EXAMPLE_TEXTS },
    answerSchema: teiAnswer,
    errorSchema: teiError,
    parse(body) {
      const { fields } = checkBody(schema, body)
      const { query, texts, return_text: withText, truncate = true } = fields
      const left = fields.truncation_direction?.toLowerCase() === 'left'
      return {
        request: {
          model: undefined,
          query,
          documents: texts,
          // what is read in pieces is not cut
          whole: !truncate && truncation === 'auto' && fields.long_documents !== 'chunk',
          leaveOut: left ? 'start' : 'end',
          ...extensionsOf(fields),
        },
        answer: ({ results }, { relevance }) =>
          results.map(({ index, score }) => ({
            index,
            score: relevance(score),
            ...(withText && { text: texts[index] }),
          })),
      }
    },
    ...TEI_ERRORS,
  }
}

export const teiErrorBody = (error: ApiError) => ({ error: error.message, error_type: errorType(error) })

export const TEI_ERRORS: Errors = {
  errorBody: teiErrorBody,
  // as "batch size > maximum allowed batch size" is
  statusOf: (status) => (status === 422 ? 413 : status),
}

/** TEI's names; a server that asks to come back later is overloaded, whatever the status. */
const errorType = ({ status, headers }: ApiError) =>
  'retry-after' in headers ? 'Overloaded' : (ERROR_TYPES[status] ?? 'Validation')
