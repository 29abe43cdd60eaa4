// Sends records to an HTTP collector: `_bulk` of OpenSearch and Elasticsearch, a REST proxy of Kafka
// (Confluent's v2 API, which Karapace and Redpanda support, too), or any endpoint that accepts JSON lines.
import type { RecordedTable, Row, Sink } from './sink.ts'

export interface HttpSinkOptions {
  /** URL for the rows; `{table}` in it is replaced by ubi_queries or ubi_events */
  readonly url: string
  /** such as `ApiKey ...` or `Basic ...` */
  readonly authorization?: string | undefined
  readonly fetch?: typeof fetch
}

interface Collector {
  readonly name: string
  readonly type: string
  body(table: RecordedTable, rows: readonly Row[]): string
  /** Whether it accepted every row, from the body of a successful answer. */
  tookAll(answer: string): boolean
}

const LINES: Collector = {
  name: 'http',
  type: 'application/x-ndjson',
  body: (_, rows) => rows.map(({ value }) => `${JSON.stringify(value)}\n`).join(''),
  tookAll: () => true,
}

const BULK: Collector = {
  name: 'bulk',
  type: 'application/x-ndjson',
  // `index` with an id: a row that is sent twice becomes one document
  body: (table, rows) =>
    rows
      .map(
        ({ id, value }) =>
          `${JSON.stringify({ index: { _index: table, _id: id } })}\n${JSON.stringify(value)}\n`,
      )
      .join(''),
  // the status is 200 even if the body reports failed rows
  tookAll: (answer) => JSON.parse(answer).errors !== true,
}

const KAFKA: Collector = {
  name: 'kafka',
  type: 'application/vnd.kafka.json.v2+json',
  body: (_, rows) => JSON.stringify({ records: rows.map(({ id, value }) => ({ key: id, value })) }),
  // the status is 200, and each record has an offset or an error
  tookAll: (answer) =>
    (JSON.parse(answer) as { offsets: readonly { readonly error_code?: number | null }[] }).offsets.every(
      ({ error_code: error }) => (error ?? null) === null,
    ),
}

/** A URL that ends in `/_bulk` gets bulk actions, one that ends in `/topics/<topic>` records of Kafka, every other one JSON lines. */
const collectorAt = (url: string): Collector => {
  if (/\/_bulk(\?|$)/.test(url)) return BULK
  return /\/topics\/[^/?]+(\?|$)/.test(url) ? KAFKA : LINES
}

export function httpSink({ url, authorization, fetch: send = fetch }: HttpSinkOptions): Sink {
  const { name, type, body, tookAll } = collectorAt(url)
  return {
    name,
    async write(table, rows) {
      const answer = await send(url.replaceAll('{table}', table), {
        method: 'POST',
        headers: { 'content-type': type, ...(authorization && { authorization }) },
        body: body(table, rows),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`status ${answer.status}`)
      if (!tookAll(text)) throw new Error('some rows were not taken')
    },
  }
}
