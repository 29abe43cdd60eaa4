// Pinecone's rerank API (https://docs.pinecone.io/reference/api/latest/inference/rerank): documents are
// objects, ranked by their text, and returned by default. Its clients send the key in the header Api-Key.
import { z } from 'zod'
import type { ErrorStatus } from '../api-error.ts'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS, searchUnits } from './dialect.ts'
import { anyObject, count, index, relevance } from './parts/answers.ts'
import { asObject, rankFields } from './parts/any-document.ts'
import { checkBody, fieldTable } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

const CODES: Readonly<Partial<Record<ErrorStatus, string>>> = {
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

const answerSchema = z.strictObject({
  model: z.string(),
  data: z.array(z.strictObject({ index, score: relevance, document: anyObject })),
  usage: z.strictObject({ rerank_units: count }),
})

/** POST /pinecone/rerank */
export function pinecone(limits: Limits): Dialect {
  const { model, query, documents, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const parameters = fieldTable('parameters of the model', {
    truncate: optional(z.literal(['END', 'NONE'], { error: 'wanted "END" or "NONE"' })).describe(
      'END by default; NONE refuses a query and document that together are too long for the model',
    ),
    max_chunks_per_doc: optionalCount(1).describe('read long documents in at most this many pieces'),
  })
  const fields = fieldTable('model, query and documents', {
    model,
    query,
    documents,
    top_n: optionalCount(1).describe('maximal results; all by default'),
    return_documents: optionalFlag.describe('return the documents unchanged; true by default'),
    rank_fields: optional(rankFields),
    parameters: optional(parameters.schema),
    ...extensions,
  })
  return defineDialect({
    name: 'Pinecone',
    paths: ['/pinecone/rerank'],
    operationId: 'rerankPinecone',
    under: '/pinecone/',
    fields,
    example: {
      model: 'disranker',
      query: 'buffer overflow',
      documents: EXAMPLE_TEXTS.map((text, at) => ({ id: `d${at}`, text })),
    },
    answerSchema,
    errorSchema: z.strictObject({
      status: z.int(),
      error: z.strictObject({ code: z.string(), message: z.string() }),
    }),
    read(asked) {
      const { fields: how, warnings } = checkBody(parameters, asked.parameters ?? {})
      const { model, query, documents, return_documents: withDocuments = true } = asked
      const maxChunks = how.max_chunks_per_doc
      const long = asked.long_documents ?? (maxChunks === undefined ? undefined : 'chunk')
      return {
        model,
        query,
        documents,
        rules: { rankFields: asked.rank_fields },
        topN: asked.top_n,
        maxChunks,
        // a document that is read in pieces is not cut
        whole: how.truncate === 'NONE' && long !== 'chunk',
        long,
        warnings,
        answer: ({ results }, { model, relevance }) => ({
          model,
          data: results.map(({ index, score }) => ({
            index,
            score: relevance(score),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          usage: { rerank_units: searchUnits(documents.length) },
        }),
      }
    },
    errorBody: ({ message, status }) => ({
      status,
      error: { code: CODES[status] ?? 'INVALID_ARGUMENT', message },
    }),
  })
}
