// Cohere's rerank API, version 1, and Jina's, which shares its path: documents may be objects of any text fields, and come
// back untouched when asked for.
import { z } from 'zod'
import type { Limits } from '../limits.ts'
import { bodySchema, checkBody, extensionsOf, type RequestDocument, requestParts } from '../rerank-request.ts'
import { type Dialect, warningsOf } from './dialect.ts'

type AnyDocument = string | Readonly<Record<string, unknown>>

/** POST /v1/rerank */
export function cohereV1(limits: Limits): Dialect {
  const { model, query, list, text, optional, optionalCount, optionalFlag, extensions } = requestParts(limits)
  const document = z.union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'wanted a string or an object of text fields',
  })
  const schema = bodySchema(
    {
      model: optional(model),
      query,
      documents: list<AnyDocument>(document, 'document'),
      rank_fields: optional(z.array(text, { error: 'wanted an array of field names' })),
      top_n: optionalCount(1),
      return_documents: optionalFlag,
      max_chunks_per_doc: optionalCount(1),
      ...extensions,
    },
    'query and documents',
  )
  return {
    schema,
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
