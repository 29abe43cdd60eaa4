// The requests of Weaviate to its reranker container (modules/reranker-transformers/clients/ranker.go): at
// most 32 texts a request, and their scores in the order of the request, each with its text. It sends no key.
// RERANKER_INFERENCE_API may be the address of this server, with or without /weaviate; every request has the
// field "property", which identifies it at /rerank.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS } from './dialect.ts'
import { relevance } from './parts/answers.ts'
import { weaviateError } from './parts/errors.ts'
import { fieldTable, warned } from './parts/field-table.ts'
import { requestParts } from './parts/request-parts.ts'

const answerSchema = z.strictObject({
  query: z.string(),
  scores: z
    .array(z.strictObject({ document: z.string(), score: relevance }))
    .describe('in the order of the request'),
  property: z.string(),
})

/** POST /weaviate/rerank */
export function weaviate(limits: Limits): Dialect {
  const { query, list, text, optional, extensions } = requestParts(limits)
  const fields = fieldTable(
    'query and documents',
    {
      query,
      documents: list(text, 'text').describe('the documents to rank'),
      property: optional(z.string()).describe("returned unchanged; Weaviate's name for the kind of texts"),
      ...extensions,
    },
    { model: warned("Weaviate's container has one model, and here it is the first of GET /v1/models") },
  )
  return defineDialect({
    name: 'Weaviate (reranker-transformers)',
    paths: ['/weaviate/rerank', '/rerank'],
    operationId: 'rerankWeaviate',
    under: '/weaviate/',
    knownBy: 'property',
    fields,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS, property: 'body' },
    answerSchema,
    errorSchema: weaviateError,
    read(asked) {
      const { query, documents, property = '' } = asked
      return {
        query,
        documents,
        answer: ({ results }, { relevance }) => ({
          query,
          scores: results
            .toSorted((a, b) => a.index - b.index)
            .map(({ index, score }) => ({ document: documents[index]!, score: relevance(score) })),
          property,
        }),
      }
    },
    errorBody: ({ message }) => ({ error: message }),
  })
}
