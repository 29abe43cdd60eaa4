// A run of any length in columns, 21 bytes a row, with the interface of a map of each query's documents.
import { InputError } from '@disranker/stage'
import type { ByQuery, Numbering, Run, Scored } from '../records/records.ts'
import { createColumn } from './column.ts'
import { groupRows } from './grouped-rows.ts'
import { ADDED_TAG, readRunLines } from './runs.ts'

export interface Known {
  readonly queries: Numbering
  readonly documents: Numbering
}

/**
 * Reads a TREC run whose queries and documents are known; several files are read as one.
 * @throws {InputError} naming the line that is no row of a run, or the unknown query or document
 */
export function openRun(files: readonly string[], { queries, documents }: Known): Run {
  const query = createColumn(Int32Array)
  const document = createColumn(Int32Array)
  const score = createColumn(Float64Array)
  const added = createColumn(Uint8Array)
  for (const file of files)
    for (const row of readRunLines(file)) {
      query.push(numberOf(file, queries, row.query, `query ${row.query}`))
      document.push(numberOf(file, documents, row.document, `document ${row.document}`))
      score.push(row.score)
      added.push(Number(row.tag === ADDED_TAG))
    }
  const groups = groupRows(query.values.subarray(0, query.length), queries.length)
  const rows = (number: number) =>
    Array.from(
      groups.of(number),
      (row): Scored => ({
        document: documents.idOf(document.values[row]!),
        score: score.values[row]!,
        ...(added.values[row] === 1 && { added: true }),
      }),
    )
  return readAsMap(groups.queries, queries, (number) => groups.of(number).length > 0, rows)

  function numberOf(file: string, known: Numbering, id: string, what: string): number {
    const number = known.numberOf(id)
    if (number >= 0) return number
    throw new InputError(
      `${file} names ${what}, which out/pairs does not have. Run \`npx turbo run pairs\` again.`,
    )
  }
}

/** A lookup by id over values that are stored by query number; values are made on demand. */
export function readAsMap<Value>(
  order: Int32Array,
  queries: Numbering,
  has: (query: number) => boolean,
  make: (query: number) => Value,
): ByQuery<Value> {
  const find = (id: string) => {
    const number = queries.numberOf(id)
    return number >= 0 && has(number) ? number : -1
  }
  return {
    size: order.length,
    has: (id) => find(id) >= 0,
    get(id) {
      const number = find(id)
      return number < 0 ? undefined : make(number)
    },
    *keys() {
      for (const number of order) yield queries.idOf(number)
    },
    *[Symbol.iterator]() {
      for (const number of order) yield [queries.idOf(number), make(number)]
    },
  }
}
