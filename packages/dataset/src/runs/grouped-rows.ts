// Groups the rows of a table by query, in any order of the rows.

export interface GroupedRows {
  /** queries that have rows, in the order of their first row */
  readonly queries: Int32Array
  /** [rows of the query]: indices into the table, rising; empty if the query has none */
  of(query: number): Int32Array
}

/**
 * @param query [rows]: the query number of each row
 * @param count number of queries; every query number is smaller
 */
export function groupRows(query: Int32Array, count: number): GroupedRows {
  const starts = new Int32Array(count + 1)
  for (const number of query) starts[number + 1]!++
  const queries = new Int32Array(starts.reduce((sum, rows) => sum + (rows > 0 ? 1 : 0), 0))
  for (let number = 0; number < count; number++) starts[number + 1]! += starts[number]!
  const next = starts.slice()
  const rows = new Int32Array(query.length)
  let found = 0
  for (const [row, number] of query.entries()) {
    if (next[number] === starts[number]) queries[found++] = number
    rows[next[number]!++] = row
  }
  return { queries, of: (number) => rows.subarray(starts[number], starts[number + 1]) }
}
