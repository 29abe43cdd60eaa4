// The click log of shop.ts in every supported form.
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { clicks, csv, half, inMilliseconds, inSeconds, lines, parquet, tsv, write } from './shop.ts'

export const CLICK_FORMS: Readonly<Record<string, () => void | Promise<void>>> = {
  'clicks.jsonl': () => write('clicks.jsonl', lines(clicks)),
  'clicks.ndjson with a byte order mark and CRLF': () =>
    write('clicks.ndjson', `\ufeff${lines(clicks).replaceAll('\n', '\r\n')}`),
  'clicks.jsonl.gz': () => write('clicks.jsonl.gz', gzipSync(lines(clicks))),
  'clicks.jsonl.zst': () => write('clicks.jsonl.zst', zstdCompressSync(lines(clicks))),
  'clicks.json, an array': () => write('clicks.json', JSON.stringify(clicks, undefined, 1)),
  'clicks.json, an array, gzip': () => write('clicks.json.gz', gzipSync(JSON.stringify(clicks))),
  'clicks.json, a line a row': () => write('clicks.json', lines(clicks)),
  'clicks.json, objects over several lines': () =>
    write('clicks.json', clicks.map((row) => JSON.stringify(row, undefined, 2)).join('\n')),
  'clicks.csv': () => write('clicks.csv', csv(clicks)),
  'clicks.csv by semicolons, byte order mark, CRLF': () =>
    write('clicks.csv', `\ufeff${csv(clicks, ';', '\r\n')}`),
  'clicks.csv by bars': () => write('clicks.csv', csv(clicks, '|')),
  'clicks.csv.gz': () => write('clicks.csv.gz', gzipSync(csv(clicks))),
  'clicks.csv.zst': () => write('clicks.csv.zst', zstdCompressSync(csv(clicks))),
  'clicks.tsv': () => write('clicks.tsv', tsv(clicks)),
  'clicks.tsv.gz': () => write('clicks.tsv.gz', gzipSync(tsv(clicks))),
  'clicks.parquet': () => parquet('clicks.parquet', '*', clicks),
  'clicks.parquet, ids as numbers': () =>
    parquet(
      'clicks.parquet',
      '* REPLACE (doc_id::BIGINT AS doc_id, session_id::INTEGER AS session_id)',
      clicks,
    ),
  'clicks.parquet, ids as floating numbers, text as bytes': () =>
    parquet('clicks.parquet', '* REPLACE (doc_id::DOUBLE AS doc_id, "query"::BLOB AS "query")', clicks),
  'clicks.parquet, times as such': () =>
    parquet('clicks.parquet', '* REPLACE (timestamp::TIMESTAMP AS timestamp)', clicks),
  'a folder of JSONL shards': () => {
    write('clicks/part-0.jsonl', lines(half(clicks, 0)))
    write('clicks/part-1.jsonl', lines(half(clicks, 1)))
    write('clicks/_SUCCESS', '')
  },
  'a folder of compressed CSV shards by day': () => {
    write('clicks/day=1/a.csv.gz', gzipSync(csv(half(clicks, 0))))
    write('clicks/day=2/a.csv.gz', gzipSync(csv(half(clicks, 1))))
  },
  'a folder of Parquet shards': async () => {
    await parquet('clicks/a.parquet', '*', half(clicks, 0))
    await parquet('clicks/b.parquet', '*', half(clicks, 1))
  },
  'seconds since 1970': () => write('clicks.jsonl', lines(clicks.map(inSeconds))),
  'milliseconds since 1970': () => write('clicks.csv', csv(clicks.map(inMilliseconds))),
  'times with an offset': () =>
    write(
      'clicks.jsonl',
      lines(clicks.map((row) => ({ ...row, timestamp: row.timestamp.replace('Z', '+00:00') }))),
    ),
  'ids as numbers': () =>
    write(
      'clicks.jsonl',
      lines(
        clicks.map((row) => ({ ...row, doc_id: Number(row.doc_id), session_id: Number(row.session_id) })),
      ),
    ),
  'ids as pandas leaves them': () =>
    write('clicks.csv', csv(clicks.map((row) => ({ ...row, doc_id: `${row.doc_id}.0` })))),
  'clicked as 0 and 1, a column that is null throughout': () =>
    write(
      'clicks.jsonl',
      lines(clicks.map((row) => ({ ...row, clicked: Number(row.clicked), dwell_ms: null }))),
    ),
  'names that others use': () =>
    write(
      'clicks.csv',
      csv(
        clicks.map(({ session_id, query, doc_id, position, ...row }) => ({
          ...row,
          session: session_id,
          search_term: query,
          product_id: doc_id,
          rank: position,
        })),
      ),
    ),
  'UBI events': () => {
    const views = Map.groupBy(clicks, (row) => row.session_id)
    const asked = [...views].map(([session, rows]) => ({
      query_id: session,
      client_id: `client-${session}`,
      user_query: rows[0]!.query,
      timestamp: Date.parse(rows[0]!.timestamp),
      query_response_object_ids: rows.map((row) => row.doc_id),
    }))
    const events = clicks
      .filter((row) => row.clicked)
      .flatMap((row) => [
        { action_name: 'login', client_id: 'x', query_id: null, timestamp: row.timestamp },
        {
          action_name: 'item_click',
          client_id: `client-${row.session_id}`,
          query_id: row.session_id,
          timestamp: row.timestamp,
          event_attributes: {
            object: { object_id: row.doc_id, object_id_field: 'id' },
            position: { ordinal: row.position },
          },
        },
      ])
    write('ubi_queries.jsonl', lines(asked.map((row) => ({ _index: 'ubi_queries', _source: row }))))
    write('ubi_events.jsonl.gz', gzipSync(lines(events)))
  },
}
