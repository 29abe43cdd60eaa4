// Reranks a list in a JSON answer by a query from the request: shared by the middleware of hono and Express.

import type { RerankDocument } from '../reading/reading.ts'
import type { Reranker } from '../reranker.ts'

export interface RerankJsonOptions {
  /** the path of the list in the answer, with dots, `hits.hits`; by default the answer itself */
  readonly list?: string
  /** the URL parameter of the query; `q` by default */
  readonly query?: string
  /** the text of an item; by default its `title` with `summary`, `text`, `description` or `body`, also below `_source` */
  readonly document?: (item: unknown) => RerankDocument
  /** items to keep; all by default */
  readonly topN?: number
  /** maximal items that are reranked, from the top; the others follow unchanged; 100 by default */
  readonly depth?: number
  /** called for an answer that could not be reranked; the answer is sent unchanged */
  readonly onError?: (error: unknown) => void
}

/**
 * Reorders a list inside an answer.
 * @returns the answer with the list reordered; the same answer if there is no list or no query
 */
export async function rerankJson(
  reranker: Reranker,
  answer: unknown,
  query: string | undefined,
  { list, document = documentOf, topN, depth = 100, onError = () => {} }: RerankJsonOptions,
): Promise<unknown> {
  const keys = list === undefined ? [] : list.split('.')
  const items = keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), answer)
  if (!query?.trim() || !Array.isArray(items) || items.length === 0) return answer
  try {
    const read = items.slice(0, depth)
    const { results } = await reranker.rank(query, read.map(document))
    const order = [...results.map(({ index }) => read[index]), ...items.slice(depth)]
    return replaced(answer, keys, order.slice(0, topN ?? order.length))
  } catch (error) {
    // search results in their first order are better than an error
    onError(error)
    return answer
  }
}

function replaced(value: unknown, [key, ...rest]: readonly string[], list: readonly unknown[]): unknown {
  if (key === undefined) return list
  const record = value as Readonly<Record<string, unknown>>
  return { ...record, [key]: replaced(record[key], rest, list) }
}

function documentOf(item: unknown): RerankDocument {
  if (typeof item === 'string') return item
  const fields = isRecord(item) ? (isRecord(item._source) ? item._source : item) : {}
  const text = [fields.summary, fields.text, fields.description, fields.body].find(isText)
  if (isText(fields.title)) return { title: fields.title, summary: text ?? '' }
  if (text !== undefined) return text
  throw new TypeError(
    'An item of the list has no title, summary, text, description or body: give `document`.',
  )
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
