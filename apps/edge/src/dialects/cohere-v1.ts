// Cohere's rerank API, version 1, and Jina's, which shares its path: documents may be objects of any text fields, and come
// back untouched. Jina (and vLLM, which serves this path too) gives them back unless told not to, Cohere only when asked: a
// request that names one of Cohere's models or uses a field that Cohere alone has is taken for Cohere's.
import type { Limits } from '../limits.ts'
import { cohereV1Answer, jinaError } from './answers.ts'
import { type AnyDocument, anyDocument, asObject, rankFields, toRanked } from './any-document.ts'
import { type Dialect, EXAMPLE_TEXTS, JINA_ERRORS, warningsOf } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

/** Cohere's names of rerank models: rerank-v3.5, rerank-english-v3.0 */
const COHERE_MODEL = /^rerank-/

/** POST /v1/rerank */
export function cohereV1(limits: Limits): Dialect {
  const { model, query, list, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const schema = bodySchema(
    {
      model: optional(model).describe('a name of GET /v1/models; the first of them without it'),
      query,
      documents: list<AnyDocument>(anyDocument, 'document').describe(
        'what is ranked: strings or objects of text fields',
      ),
      rank_fields: optional(rankFields),
      top_n: optionalCount(0).describe('results to give back; all without it, or with 0'),
      return_documents: optionalFlag.describe(
        'give the documents back, untouched; true by default as with Jina, false where the model is named like one of Cohere (rerank-...)',
      ),
      max_chunks_per_doc: optionalCount(1).describe('read long documents in as many pieces at most'),
      ...extensions,
    },
    'query and documents',
  )
  return {
    name: 'Cohere v1 and Jina',
    operationId: 'rerankV1',
    schema,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS.map((text) => ({ text })) },
    answerSchema: cohereV1Answer,
    errorSchema: jinaError,
    parse(body) {
      const { fields, unknown } = checkBody(schema, body)
      const { documents, rank_fields: named, max_chunks_per_doc: maxChunks } = fields
      const isCohere = named !== undefined || maxChunks !== undefined || COHERE_MODEL.test(fields.model ?? '')
      const withDocuments = fields.return_documents ?? !isCohere
      return {
        request: {
          model: fields.model,
          query: fields.query,
          documents: toRanked(documents, named),
          topN: fields.top_n || undefined,
          maxChunks,
          ...extensionsOf(fields),
          // who says how many pieces wants pieces
          long: fields.long_documents ?? (maxChunks === undefined ? undefined : 'chunk'),
        },
        answer: ({ results, tokens }, { id, model, relevance, warnings }) => ({
          id,
          model,
          results: results.map(({ index, score }) => ({
            index,
            relevance_score: relevance(score),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          usage: { prompt_tokens: tokens, total_tokens: tokens },
          meta: {
            api_version: { version: '1' },
            billed_units: { search_units: 1 },
            ...warningsOf(unknown, warnings),
          },
        }),
      }
    },
    ...JINA_ERRORS,
  }
}
