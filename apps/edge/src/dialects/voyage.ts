// Voyage's rerank API (https://docs.voyageai.com/reference/reranker-api).
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { count, index, relevance } from './parts/answers.ts'
import { fieldTable } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

const answerSchema = z.strictObject({
  object: z.literal('list'),
  data: z.array(z.strictObject({ index, relevance_score: relevance, document: z.string().optional() })),
  model: z.string(),
  usage: z.strictObject({ total_tokens: count }),
})

/** POST /voyage/v1/rerank */
export function voyage(limits: Limits): Dialect {
  const { model, query, list, text, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const fields = fieldTable('model, query and documents', {
    model,
    query,
    documents: list(text, 'document').describe('the documents to rank'),
    top_k: optionalCount(1).describe('maximal results; all by default'),
    return_documents: optionalFlag.describe('return the documents'),
    truncation: optionalFlag.describe(
      'true by default; false refuses documents that are too long for the model',
    ),
    ...extensions,
  })
  return defineDialect({
    name: 'Voyage',
    paths: ['/voyage/v1/rerank'],
    operationId: 'rerankVoyage',
    under: '/voyage/',
    fields,
    example: { model: 'disranker', query: 'buffer overflow', documents: EXAMPLE_TEXTS, top_k: 1 },
    answerSchema,
    errorSchema: z.strictObject({ detail: z.string() }),
    read(asked) {
      const { documents, return_documents: withDocuments, truncation = true } = asked
      const { model, query, top_k: topN } = asked
      return {
        model,
        query,
        documents,
        rules: { refuseBlank: true },
        topN,
        // a document that is read in pieces is not cut
        whole: !truncation && asked.long_documents !== 'chunk',
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
    // Voyage uses no other status for a refused request; its clients raise a general error for others
    statusOf: (status) => (status === 404 || status === 413 || status === 422 ? 400 : status),
  })
}
