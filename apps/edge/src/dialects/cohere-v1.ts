// Cohere's rerank API, version 1 (https://docs.cohere.com/v1/reference/rerank), and those of Jina
// (https://api.jina.ai/docs), Together and vLLM, which share its path: documents may be objects with any text
// fields, and are returned unchanged. Jina and vLLM return them by default, Cohere only on request: a request
// with the name of one of Cohere's models or a field that only Cohere has counts as Cohere's.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { type Dialect, defineDialect, EXAMPLE_TEXTS, searchUnits, warningsOf } from './dialect.ts'
import {
  anyObject,
  count,
  explainedBy,
  explanation,
  id,
  index,
  relevance,
  usage,
  warnings,
} from './parts/answers.ts'
import { asObject, rankFields } from './parts/any-document.ts'
import { JINA_ERRORS, jinaError } from './parts/errors.ts'
import { fieldTable, refused, warned } from './parts/field-table.ts'
import { knownByKey, noModelOfTokens, requestParts, servedInTurn } from './parts/request-parts.ts'

/** Cohere's names of rerank models: rerank-v3.5, rerank-english-v3.0 */
const COHERE_MODEL = /^rerank-/

const answerSchema = z.strictObject({
  id,
  object: z.literal('rerank'),
  model: z.string(),
  results: z.array(z.strictObject({ index, relevance_score: relevance, explanation, document: anyObject })),
  usage: usage.extend({ completion_tokens: z.literal(0) }),
  meta: z.strictObject({
    api_version: z.strictObject({ version: z.literal('1') }),
    billed_units: z.strictObject({ search_units: count, total_tokens: count }),
    warnings,
  }),
})

/** POST /v1/rerank */
export function cohereV1(limits: Limits): Dialect {
  const { model, query, documents, optional, optionalCount, optionalFlag, extensions, explain } =
    requestParts(limits)
  const fields = fieldTable(
    'query and documents',
    {
      model: optional(model).describe('a name of GET /v1/models; the first one by default'),
      query,
      documents,
      rank_fields: optional(rankFields),
      top_n: optionalCount(0).describe('maximal results; all by default, or with 0'),
      return_documents: optionalFlag.describe(
        'return the documents unchanged; true by default as with Jina, false if the model has a name like Cohere (rerank-...)',
      ),
      max_chunks_per_doc: optionalCount(1).describe('read long documents in at most this many pieces'),
      max_tokens_per_doc: optionalCount(0).describe(
        "maximal tokens of a document; the model's maximum by default, or with 0",
      ),
      ...extensions,
      explain,
    },
    {
      // Jina
      return_embeddings: refused(noModelOfTokens, { harmless: [false] }),
      embedding_type: warned(noModelOfTokens),
      truncation: warned('a document is read as long_documents says', { harmless: [true] }),
      // LiteLLM passes it on
      priority: warned(servedInTurn, { harmless: [0] }),
      user: warned(knownByKey),
    },
  )
  return defineDialect({
    name: 'Cohere v1, Jina, Together',
    paths: ['/v1/rerank'],
    operationId: 'rerankV1',
    under: '/v1/',
    fields,
    example: { query: 'buffer overflow', documents: EXAMPLE_TEXTS.map((text) => ({ text })) },
    answerSchema,
    errorSchema: jinaError,
    read(asked) {
      const { documents, rank_fields: rankFields, max_chunks_per_doc: maxChunks } = asked
      const isCohere =
        rankFields !== undefined || maxChunks !== undefined || COHERE_MODEL.test(asked.model ?? '')
      const withDocuments = asked.return_documents ?? !isCohere
      return {
        model: asked.model,
        query: asked.query,
        documents,
        rules: { rankFields, refuseBlank: isCohere },
        topN: asked.top_n || undefined,
        maxTokens: asked.max_tokens_per_doc || undefined,
        maxChunks,
        explain: asked.explain ?? undefined,
        // a request that gives the number of pieces wants pieces
        long: asked.long_documents ?? (maxChunks === undefined ? undefined : 'chunk'),
        answer: ({ results, tokens }, { id, model, relevance, warnings }) => ({
          id,
          object: 'rerank',
          model,
          results: results.map(({ index, score, explanation }) => ({
            index,
            relevance_score: relevance(score),
            ...explainedBy(explanation),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          usage: { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens },
          meta: {
            api_version: { version: '1' },
            billed_units: { search_units: searchUnits(documents.length), total_tokens: tokens },
            ...warningsOf(warnings),
          },
        }),
      }
    },
    ...JINA_ERRORS,
  })
}
