// Streams the patterns of a log out of the database, as blocks of whole queries.
import { BlockBuilder, type ViewBlock } from '../click-models/view-block.ts'
import type { Connection } from '../database/connection.ts'

export interface QueryBlock {
  readonly block: ViewBlock
  /** [views]: how often each was seen by the held-out sessions, on which models are compared */
  readonly heldOut: Float64Array
  /** [items] */
  readonly query: readonly number[]
  /** [items] */
  readonly document: readonly number[]
}

/**
 * Blocks of at least `rows` rows, except the last.
 * @param table sorted by query; it is read in the order of its rows, since any other operator may mix the
 * rows of two threads
 */
export async function* readViews(
  connection: Connection,
  table: 'patterns' | 'sampled',
  rows: number,
): AsyncGenerator<QueryBlock> {
  const chunks = connection.chunks(`SELECT query, times, held_out, clicks, len(documents)::INTEGER AS rows,
    unnest(documents) AS document, unnest(positions)::INTEGER AS position FROM ${table}`)
  let builder = new BlockBuilder()
  let query: number[] = []
  let document: number[] = []
  let heldOut: number[] = []
  // item by document, of the current query
  let known = new Map<number, number>()
  let current = -1
  let left = 0
  const finish = (): QueryBlock => ({
    block: builder.build(query.length),
    heldOut: Float64Array.from(heldOut),
    query,
    document,
  })
  for await (const chunk of chunks) {
    const [queries, times, held, clicks, lengths, documents, positions] = chunk.getColumns() as [
      number[],
      number[],
      number[],
      bigint[],
      number[],
      number[],
      number[],
    ]
    for (let i = 0; i < chunk.rowCount; i++) {
      if (queries[i] !== current) {
        if (queries[i]! < current || left > 0) throw new Error(`The rows of ${table} are not in their order.`)
        if (builder.rows >= rows) {
          yield finish()
          builder = new BlockBuilder()
          query = []
          document = []
          heldOut = []
        }
        current = queries[i]!
        known = new Map()
      }
      if (left === 0) left = lengths[i]!
      let item = known.get(documents[i]!)
      if (item === undefined) {
        item = query.length
        known.set(documents[i]!, item)
        query.push(current)
        document.push(documents[i]!)
      }
      builder.addRow(item, positions[i]!, ((clicks[i]! >> BigInt(positions[i]!)) & 1n) === 1n)
      if (--left === 0) {
        builder.endView(times[i]!)
        heldOut.push(held[i]!)
      }
    }
  }
  if (builder.rows > 0) yield finish()
}
