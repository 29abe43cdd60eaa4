// Turns judgements and runs in nested JSON into rows: `{query: {document: grade}}` (pytrec_eval, ranx), and
// the lists of OpenSearch's Search Relevance Workbench, in its requests or answers.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '@disranker/stage'
import { compressionOf, type InputTable } from '../input/input-files.ts'
import { toLines } from '../records/lines.ts'
import { eachPart } from '../tables/forms/decompressed.ts'

/** bytes; a JavaScript string cannot hold more, and judgements are few */
const MOST = 256 * 2 ** 20

interface Row {
  readonly query: unknown
  readonly document: unknown
  /** a grade, or a score */
  readonly value: unknown
}

/**
 * Makes a table of query, document and `value` from a nested .json file; returns any other table unchanged.
 * @param value the name of the third column
 */
export async function flattenNested(
  input: InputTable,
  value: 'grade' | 'score',
  scratch: string,
): Promise<InputTable> {
  if (input.form !== 'json') return input
  const files: string[] = []
  for (const [at, file] of input.files.entries()) {
    const rows = rowsOf(await parse(file))
    if (rows === undefined) return input
    const flat = join(scratch, `${basename(input.path)}-${at}.jsonl`)
    writeFileSync(flat, toLines(rows.map(({ value: told, ...row }) => ({ ...row, [value]: told }))))
    files.push(flat)
  }
  return { ...input, files }
}

async function parse(file: string): Promise<unknown> {
  if (statSync(file).size > MOST)
    throw new InputError(
      `${file} has more than ${MOST / 2 ** 20} megabytes. Wanted: judgements as rows. Convert it to JSONL with query, document and grade.`,
    )
  const parts: Uint8Array[] = []
  if (compressionOf(file) === 'none') parts.push(readFileSync(file))
  // compression errors are reported where rows are read
  else await eachPart(file, (bytes) => parts.push(bytes)).catch(() => undefined)
  try {
    return JSON.parse(
      Buffer.concat(parts)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    )
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The rows of a nested form, or undefined for any other. */
function rowsOf(content: unknown): Row[] | undefined {
  if (Array.isArray(content))
    return content.every(isRated) && content.length > 0 ? content.flatMap(rated) : undefined
  if (!isObject(content)) return undefined
  const { hits, judgmentRatings, _source } = content
  if (Array.isArray(judgmentRatings)) return rowsOf(judgmentRatings)
  if (_source !== undefined) return rowsOf(_source)
  if (isObject(hits) && Array.isArray(hits.hits)) {
    const lists = hits.hits.map(rowsOf)
    return lists.every((rows) => rows !== undefined) ? lists.flat() : undefined
  }
  const queries = Object.entries(content)
  if (queries.length === 0 || !queries.every(([, documents]) => isObject(documents))) return undefined
  return queries.flatMap(([query, documents]) =>
    Object.entries(documents as Record<string, unknown>).map(([document, value]) => ({
      query,
      document,
      value,
    })),
  )
}

interface Rated {
  readonly query: unknown
  readonly ratings: readonly { readonly docId?: unknown; readonly rating?: unknown }[]
}

const isRated = (value: unknown): value is Rated =>
  isObject(value) && 'query' in value && Array.isArray(value.ratings)

const rated = ({ query, ratings }: Rated): Row[] =>
  ratings.map(({ docId, rating }) => ({ query, document: docId, value: rating }))
