// Files and folders that cannot be read as tables.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BadInput, badRow, good } from './bad-content.ts'
import { clicks, csv, half, input, lines, parquet, write } from './shop.ts'

const withoutColumn = (name: string) => () =>
  write(
    'clicks.csv',
    csv(clicks.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name)))),
  )

export const BAD_FILES: readonly BadInput[] = [
  [
    'two logs',
    () => {
      write('clicks.jsonl', lines(clicks))
      write('clicks.csv', csv(clicks))
    },
    /has 2 tables for one thing: clicks\.csv, clicks\.jsonl.*Remove the others/,
    ['in'],
  ],
  [
    'a log and UBI',
    () => {
      write('clicks.jsonl', lines(clicks))
      write('ubi_queries.jsonl', '{}\n')
      write('ubi_events.jsonl', '{}\n')
    },
    /has 2 logs: clicks\.jsonl, ubi_events\.jsonl.*Remove the others/,
    ['in'],
  ],
  [
    'UBI events without queries',
    () => write('ubi_events.jsonl', '{}\n'),
    /ubi_events but no ubi_queries.*Export the other/,
    ['in'],
  ],
  [
    'an empty file',
    () => write('clicks.jsonl', ''),
    /clicks\.jsonl is empty.*Export it again/,
    ['clicks.jsonl'],
  ],
  [
    'an empty folder',
    () => mkdirSync(join(input, 'clicks')),
    /clicks is an empty folder. Wanted: files/,
    ['clicks'],
  ],
  [
    'a header alone',
    () => write('clicks.csv', `${Object.keys(good).join(',')}\n`),
    /clicks\.csv has no rows\. Wanted: rows with timestamp/,
    ['clicks.csv'],
  ],
  ['blank lines alone', () => write('clicks.jsonl', '\n \n'), /clicks\.jsonl has no rows/, ['clicks.jsonl']],
  [
    'an unknown ending',
    () => write('clicks.xlsx', 'PK'),
    /clicks\.xlsx has an ending that says nothing known\. Wanted: \.jsonl.*rename it/,
    ['clicks.xlsx'],
  ],
  [
    'a folder of two forms',
    () => {
      write('clicks/a.csv', csv(clicks))
      write('clicks/b.jsonl', lines(clicks))
    },
    /files of two forms: a\.csv and b\.jsonl.*Convert or remove/,
    ['clicks'],
  ],
  [
    'a gzip that is none',
    () => write('clicks.csv.gz', csv(clicks)),
    /clicks\.csv\.gz cannot be decompressed.*remove the ending/,
    ['clicks.csv.gz'],
  ],
  [
    'a gzip that was cut off',
    () => write('clicks.jsonl.gz', gzipSync(lines(Array(40).fill(clicks).flat())).subarray(0, -2000)),
    /clicks\.jsonl\.gz is cut off: its compressed data end too early.*Export it again/,
    ['clicks.jsonl.gz'],
  ],
  [
    'a zstd that is none',
    () => write('clicks.jsonl.zst', lines(clicks)),
    /clicks\.jsonl\.zst cannot be decompressed/,
    ['clicks.jsonl.zst'],
  ],
  [
    'UTF-16',
    () => write('clicks.csv', Buffer.from(`\ufeff${csv(clicks)}`, 'utf16le')),
    /clicks\.csv is UTF-16\. Wanted: UTF-8\. Convert it: iconv/,
    ['clicks.csv'],
  ],
  [
    'a Parquet that is none',
    () => write('clicks.parquet', 'PAR1 nothing PAR1'),
    /clicks\.parquet cannot be read.*Export it again/,
    ['clicks.parquet'],
  ],
  [
    'a compressed Parquet',
    () => write('clicks.parquet.gz', gzipSync('x')),
    /compressed Parquet.*Decompress it/,
    ['clicks.parquet.gz'],
  ],
  [
    'a nested Parquet column',
    () => parquet('clicks.parquet', `* REPLACE ({'text': "query"} AS "query")`, clicks),
    /the column "query" is nested \(STRUCT.*as in "query\.inner"/,
    ['clicks.parquet', undefined, 'query'],
  ],
  [
    'a list in Parquet',
    () => parquet('clicks.parquet', `* REPLACE ([doc_id] AS doc_id)`, clicks),
    /the column "doc_id" is nested \(VARCHAR\[\]\)/,
    ['clicks.parquet', undefined, 'doc_id'],
  ],
  [
    'a nested value in JSON',
    badRow({ query: { text: 'x' } }),
    /line 161: query is nested \(\{"text":"x"\}\).*outer\.inner/,
    ['clicks.jsonl', 161, 'query'],
  ],
  [
    'a JSON array cut off',
    () => write('clicks.json', JSON.stringify(clicks).slice(0, -20)),
    /clicks\.json cannot be read at row 161: unexpected end of data\. Wanted: .*Export it again/,
    ['clicks.json', 161],
  ],
  [
    'a JSON array of texts',
    () => write('clicks.json', '["a","b"]'),
    /row 1: is no JSON object/,
    ['clicks.json', 1],
  ],
  [
    'a line that is no JSON',
    () => write('clicks.jsonl', `${lines(clicks)}nonsense\n`),
    /line 161: is no JSON object/,
    ['clicks.jsonl', 161],
  ],
  [
    'bytes that are no UTF-8',
    () =>
      write(
        'clicks.jsonl',
        Buffer.concat([Buffer.from(lines(clicks)), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])]),
      ),
    /line 161: /,
    ['clicks.jsonl', 161],
  ],
  [
    'a line of twenty megabytes',
    badRow({ query: 'x'.repeat(20_000_000) }),
    /line 161: cannot be read/,
    ['clicks.jsonl', 161],
  ],
  ...['timestamp', 'session_id', 'query', 'doc_id', 'position'].map(
    (name) =>
      [
        `no column ${name}`,
        withoutColumn(name),
        new RegExp(`clicks\\.csv has no column "${name}"\\. It has: .*Rename the column`),
        ['clicks.csv', undefined, name],
      ] as const,
  ),
  [
    'a column that is there twice',
    () => write('clicks.csv', csv(clicks).replace('"session_id"', '"query"')),
    /has the column "query" twice/,
    ['clicks.csv', undefined, 'query'],
  ],
  [
    'a row with too many values',
    () => write('clicks.csv', `${csv(clicks)}a,b,c,d,1,true,9\n`),
    /line 162: has more values than the header has columns \(6\)/,
    ['clicks.csv', 162],
  ],
  [
    'a bad row behind line breaks in quotes',
    () =>
      write(
        'clicks.csv',
        csv([...clicks.slice(0, 5), { ...good, query: 'two\nlines' }, { ...good, position: 0 }]),
      ),
    /line 9: position is 0/,
    ['clicks.csv', 9, 'position'],
  ],
  [
    'a bad row in a shard',
    () => {
      write('clicks/a.csv', csv(half(clicks, 0)))
      write('clicks/b.csv', csv([...half(clicks, 1), { ...good, position: 0 }]))
    },
    /clicks: 1 of 161 rows.*\n {2}b\.csv, line 82: position is 0/,
    ['b.csv', 82, 'position'],
  ],
  [
    'a bad row in Parquet',
    () => parquet('clicks.parquet', '*', [...clicks, { ...good, position: 0 }]),
    /row 161: position is 0/,
    ['clicks.parquet', 161, 'position'],
  ],
]
