// Cohere's rerank API, version 1, and Jina's, which shares its path: documents may be objects of any text fields, and come
// back untouched when asked for.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import type { RequestDocument } from '../ranking/ranking-request.ts'
import { cohereError, cohereV1Answer } from './answers.ts'
import { type Dialect, EXAMPLE_TEXTS, warningsOf } from './dialect.ts'
import { bodySchema, checkBody, extensionsOf, requestParts } from './request-parts.ts'

type AnyDocument = string | Readonly<Record<string, unknown>>

/** POST /v1/rerank */
export function cohereV1(limits: Limits): Dialect {
  const { model, query, list, text, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const document = z.union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'wanted a string or an object of text fields',
  })
  const schema = bodySchema(
    {
      model: optional(model).describe('a name of GET /v1/models; the first of them without it'),
      query,
      documents: list<AnyDocument>(document, 'document').describe(
        'what is ranked: strings or objects of text fields',
      ),
      rank_fields: optional(z.array(text, { error: 'wanted an array of field names' })).describe(
        'the fields of objects that are ranked by; else title with text or summary, or else every text field',
      ),
      top_n: optionalCount(1).describe('results to give back; all without it'),
      return_documents: optionalFlag.describe('give the documents back, untouched'),
      max_chunks_per_doc: optionalCount(1).describe('read long documents in as many pieces at most'),
      ...extensions,
    },
    'query and documents',
  )
  return {
    name: 'Cohere v1 and Jina',
    schema,
    example: {
      query: 'buffer overflow',
      documents: EXAMPLE_TEXTS.map((text) => ({ text })),
      return_documents: true,
    },
    answerSchema: cohereV1Answer,
    errorSchema: cohereError,
    parse(body) {
      const { fields, unknown } = checkBody(schema, body)
      const { documents, rank_fields: rankFields, return_documents: withDocuments } = fields
      return {
        request: {
          model: fields.model,
          query: fields.query,
          documents: documents.map((document) => toRanked(document, rankFields)),
          topN: fields.top_n,
          maxChunks: fields.max_chunks_per_doc,
          ...extensionsOf(fields),
          // who says how many pieces wants pieces
          long: fields.long_documents ?? (fields.max_chunks_per_doc === undefined ? undefined : 'chunk'),
        },
        answer: ({ results, tokens }, { id, model, relevance, warnings }) => ({
          id,
          model,
          results: results.map(({ index, score }) => ({
            index,
            relevance_score: relevance(score),
            ...(withDocuments && { document: asObject(documents[index]!) }),
          })),
          usage: { total_tokens: tokens },
          meta: {
            api_version: { version: '1' },
            billed_units: { search_units: 1 },
            ...warningsOf(unknown, warnings),
          },
        }),
      }
    },
    errorBody: ({ message }, id) => ({ id, message }),
  }
}

const asObject = (document: AnyDocument) => (typeof document === 'string' ? { text: document } : document)

/**
 * The fields of an object that are ranked by: those that are named, or else a title and a text (or summary), or else every
 * text field. A title goes where models expect it, the rest is the summary.
 */
function toRanked(document: AnyDocument, rankFields: readonly string[] | undefined): RequestDocument {
  if (typeof document === 'string') return document
  const known = ['title', 'summary', 'text'].filter((name) => typeof document[name] === 'string')
  const names = rankFields ?? (known.some((name) => name !== 'title') ? known : Object.keys(document))
  const texts = names.flatMap((name) => {
    const value = document[name]
    return typeof value === 'string' && name !== 'title' ? [value] : []
  })
  const title = names.includes('title') && typeof document.title === 'string' ? document.title : undefined
  return { title, summary: texts.join('\n') }
}
