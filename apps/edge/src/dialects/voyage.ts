// Voyage's rerank API.
import type { Limits } from '../limits.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from '../rerank-request.ts'
import type { Dialect } from './dialect.ts'

/** POST /voyage/v1/rerank */
export function voyage(limits: Limits): Dialect {
  const { model, query, list, text, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model,
      query,
      documents: list(text, 'document'),
      top_k: optionalCount(1),
      return_documents: optionalFlag,
      truncation: optionalFlag,
      ...extensions,
    },
    'model, query and documents',
  )
  return {
    schema,
    parse(body) {
      const { fields } = checkBody(schema, body)
      const { documents, return_documents: withDocuments, truncation = true } = fields
      const { model, query, top_k: topN } = fields
      return {
        request: {
          model,
          query,
          documents,
          topN, // what is read in pieces is not cut
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
    errorBody: ({ message }) => ({ detail: message }),
  }
}
