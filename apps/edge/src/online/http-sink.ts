// Recording to a collector that speaks HTTP: `_bulk` of OpenSearch and Elasticsearch, a REST proxy of Kafka (Confluent's v2 API, which
// Karapace and Redpanda speak, too), or any endpoint that takes JSON lines.
import type { RecordedTable, Row, Sink } from './sink.ts'

export interface HttpSinkOptions {
  /** where rows are sent; `{table}` in it is replaced by ubi_queries or ubi_events */
  readonly url: string
  /** such as `ApiKey ...` or `Basic ...` */
  readonly authorization?: string | undefined
  readonly fetch?: typeof fetch
}

interface Collector {
  readonly name: string
  readonly type: string
  body(table: RecordedTable, rows: readonly Row[]): string
  /** Whether it took every row, by the body of an answer whose status is fine. */
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
  // `index` with an id: a row that is sent twice is one document
  body: (table, rows) =>
    rows
      .map(
        ({ id, value }) =>
          `${JSON.stringify({ index: { _index: table, _id: id } })}\n${JSON.stringify(value)}\n`,
      )
      .join(''),
  // it answers 200 and says in the body that some rows failed
  tookAll: (answer) => JSON.parse(answer).errors !== true,
}

const KAFKA: Collector = {
  name: 'kafka',
  type: 'application/vnd.kafka.json.v2+json',
  body: (_, rows) => JSON.stringify({ records: rows.map(({ id, value }) => ({ key: id, value })) }),
  // it answers 200, and each record has an offset or an error
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
