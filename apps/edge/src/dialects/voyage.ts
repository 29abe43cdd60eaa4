// Voyage's rerank API.
import type { ApiError } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { voyageAnswer, voyageError } from './answers.ts'
import { type Dialect, type Errors, EXAMPLE_TEXTS } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

/** POST /voyage/v1/rerank */
export function voyage(limits: Limits): Dialect {
  const { model, query, list, text, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model,
      query,
      documents: list(text, 'document').describe('what is ranked'),
      top_k: optionalCount(1).describe('results to give back; all without it'),
      return_documents: optionalFlag.describe('give the documents back'),
      truncation: optionalFlag.describe(
        'true by default; false refuses documents longer than the model reads',
      ),
      ...extensions,
    },
    'model, query and documents',
  )
  return {
    name: 'Voyage',
    operationId: 'rerankVoyage',
    schema,
    example: { model: 'disranker', query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_k: 1 },
    answerSchema: voyageAnswer,
    errorSchema: voyageError,
    parse(body) {
      const { fields } = checkBody(schema, body)
      const { documents, return_documents: withDocuments, truncation = true } = fields
      const { model, query, top_k: topN } = fields
      return {
        request: {
          model,
          query,
          documents,
          topN,
          // what is read in pieces is not cut
          whole: !truncation && fields.long_documents !== 'chunk',
          ...extensionsOf(fields),
        },
        answer: ({ results, tokens }, { model, relevance }) => ({
          object: 'list',
          data: results.map(({ index, score }) => ({
            index,
            relevance_score: relevance(score),
            ...(withDocuments && { document: documents[index] }),
          })),
          model,
          usage: { total_tokens: tokens },
        }),
      }
    },
    errorBody,
    // Voyage knows no other status for a request it will not serve; its clients raise a general error for the rest
    statusOf: (status) => (status === 404 || status === 413 || status === 422 ? 400 : status),
  }
}

const errorBody = ({ message }: ApiError) => ({ detail: message })
export const VOYAGE_ERRORS: Errors = { errorBody }
