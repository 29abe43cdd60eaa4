// Recording to a collector that speaks HTTP: OpenSearch's and Elasticsearch's `_bulk`, or any endpoint that takes JSON lines.
import type { Row, Sink } from './sink.ts'

export interface HttpSinkOptions {
  /** where rows are sent; `{table}` in it is replaced by ubi_queries or ubi_events */
  readonly url: string
  /** such as `ApiKey ...` or `Basic ...` */
  readonly authorization?: string | undefined
  readonly fetch?: typeof fetch
}

/** A URL that ends in `/_bulk` gets bulk actions, every other one plain JSON lines. */
export function httpSink({ url, authorization, fetch: send = fetch }: HttpSinkOptions): Sink {
  const bulk = /\/_bulk(\?|$)/.test(url)
  return {
    name: bulk ? 'bulk' : 'http',
    async write(table, rows) {
      const answer = await send(url.replaceAll('{table}', table), {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...(authorization && { authorization }) },
        body: rows.map((row) => (bulk ? bulkLines(table, row) : `${JSON.stringify(row.value)}\n`)).join(''),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`status ${answer.status}`)
      // OpenSearch answers 200 and says in the body that some rows failed
      if (bulk && JSON.parse(text).errors === true) throw new Error('some rows were not taken')
    },
  }
}

/** `index` with an id: a row that is sent twice is one document. */
const bulkLines = (table: string, { id, value }: Row) =>
  `${JSON.stringify({ index: { _index: table, _id: id } })}\n${JSON.stringify(value)}\n`
