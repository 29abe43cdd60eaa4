// Recording on Cloudflare. Pipelines writes to R2 as Parquet or into an Iceberg table and is how recording outgrows one machine; a Queue
// with the consumer below writes JSON lines to R2 and needs nothing but the two bindings.
import type { RecordedTable, Sink } from './sink.ts'

/** The binding of a stream of Cloudflare Pipelines. */
export interface Stream {
  send(records: readonly object[]): Promise<void>
}

/** The binding of a queue. */
export interface Queue {
  sendBatch(messages: readonly { readonly body: object }[]): Promise<unknown>
}

/** a request to Pipelines had 1 MB at first, and has 5 MB; characters may take three bytes */
const REQUEST_CHARACTERS = 300_000

/** @param streams a stream for each table, since each has its own schema */
export const pipelinesSink = (streams: Readonly<Record<RecordedTable, Stream>>): Sink => ({
  name: 'pipelines',
  longest: REQUEST_CHARACTERS,
  async write(table, rows) {
    const records = rows.map(({ id, value }) => ({ ...value, record_id: id }))
    for (const part of partsOf(records, REQUEST_CHARACTERS)) await streams[table].send(part)
  },
})

/** The content of a message in the queue. */
export interface QueuedRows {
  readonly table: RecordedTable
  readonly rows: readonly object[]
}

/** a message may have 128 kB, a batch 256 kB and 100 messages; characters may take three bytes */
const MESSAGE_CHARACTERS = 40_000

export const queueSink = (queue: Queue): Sink => ({
  name: 'queue',
  longest: MESSAGE_CHARACTERS,
  async write(table, rows) {
    const values = rows.map(({ value }) => value)
    for (const part of partsOf(values, MESSAGE_CHARACTERS))
      await queue.sendBatch([{ body: { table, rows: part } satisfies QueuedRows }])
  },
})

/** Values in parts of at most so many characters of JSON. @throws {Error} a single one has more */
function partsOf(values: readonly object[], most: number): object[][] {
  const parts: object[][] = [[]]
  let characters = 0
  for (const value of values) {
    const size = JSON.stringify(value).length
    if (size > most) throw new Error(`a row has ${size} characters; a message takes ${most}`)
    if (characters + size > most) {
      parts.push([])
      characters = 0
    }
    parts.at(-1)!.push(value)
    characters += size
  }
  return parts
}

/** The binding of a bucket, as far as the consumer needs it. */
export interface RecordBucket {
  put(key: string, value: ReadableStream | ArrayBuffer, options?: object): Promise<unknown>
}

/** A batch of messages from the platform. */
export interface QueueBatch {
  readonly messages: readonly { readonly id: string; readonly timestamp: Date; readonly body: unknown }[]
}

/**
 * The consumer: writes each table's rows of a batch as gzipped JSON lines, in a folder for each hour. A batch that fails is handed out
 * again by the platform, with the same messages and therefore under the same key.
 */
export async function writeBatch(batch: QueueBatch, bucket: RecordBucket): Promise<void> {
  const lines: Record<RecordedTable, string[]> = { ubi_queries: [], ubi_events: [] }
  for (const { body } of batch.messages) {
    const { table, rows } = body as QueuedRows
    lines[table]?.push(...rows.map((row) => `${JSON.stringify(row)}\n`))
  }
  const [first] = batch.messages
  if (first === undefined) return
  const hour = first.timestamp.toISOString().slice(0, 13).replaceAll(/[-T]/g, '/')
  for (const [table, rows] of Object.entries(lines)) {
    if (rows.length === 0) continue
    const packed = new Blob(rows).stream().pipeThrough(new CompressionStream('gzip'))
    await bucket.put(`${table}/${hour}/${first.id}.ndjson.gz`, await new Response(packed).arrayBuffer())
  }
}
