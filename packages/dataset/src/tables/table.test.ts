import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, query, quote } from '../database/database.ts'
import { findTable } from '../input/input-files.ts'
import type { Column } from './columns.ts'
import { loadTable } from './table.ts'

const COLUMNS: readonly Column[] = [
  { name: 'id', required: true },
  { name: 'text', required: true },
  { name: 'note', required: false },
]
let home: string
let database: Database

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'table-'))
  database = await openDatabase(join(home, 'scratch'))
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(home, name), content)
  return join(home, name)
}
const load = (file: string) =>
  loadTable(database, 'rows', findTable(home, [file.slice(home.length + 1).split('.')[0]!])!, COLUMNS)
const rows = async () =>
  (
    await query<Record<string, unknown>>(
      database.connection,
      'SELECT line::INTEGER AS line, unreadable, id, text, note FROM rows ORDER BY line',
    )
  ).map((row) => Object.values(row))

it('names the shard of a row that cannot be read, where nothing of the shard can', async () => {
  mkdirSync(join(home, 'many'))
  for (const [at, bytes] of [
    Buffer.from('id,text\na,1\n'),
    Buffer.from([...Buffer.from('id,text\nb,'), 0xff, 0x0a]),
  ].entries())
    write(`many/${at}.csv`, bytes)
  await loadTable(database, 'rows', findTable(home, ['many'])!, COLUMNS)
  const found = await query<{ file: number; bad: boolean }>(
    database.connection,
    'SELECT file, unreadable IS NOT NULL AS bad FROM rows ORDER BY file',
  )
  expect(found).toEqual([
    { file: 0, bad: false },
    { file: 1, bad: true },
  ])
})

it('reads JSONL, numbers as text, missing fields as null, blank lines not at all', async () => {
  await load(
    write('a.jsonl', '\ufeff{"id":7,"text":"x, \\"y\\"","note":null}\r\n\r\n{"id":"b","text":"ü"}\r\n'),
  )
  expect(await rows()).toEqual([
    [1, null, '7', 'x, "y"', null],
    [3, null, 'b', 'ü', null],
  ])
})

it('keeps JSONL lines that are no JSON, are not UTF-8 or are too long, by their line', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"id":"a","text":"1"}\nnonsense\n{"id":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(
      `"}\n{"id":"b","text":"2"}\n[1]\n{"id":"${'x'.repeat(17_000_000)}"}\n{"id":"c","text":"3"}\n`,
    ),
  ])
  await load(write('a.jsonl', bytes))
  const [first, ...rest] = await rows()
  expect(first).toEqual([1, null, 'a', '1', null])
  expect(rest.map(([line, reason, id]) => [line, reason === null ? id : 'bad'])).toEqual([
    [2, 'bad'],
    [3, 'bad'],
    [4, 'b'],
    [5, 'bad'],
    [6, 'bad'],
    [7, 'c'],
  ])
})

it.each([
  ['comma', 'id,text,note\n1,"a, ""b""\nc",x\n2,d\n3,e,f,g\n'],
  ['semicolon', '\ufeffid;text;note\r\n1;"a, ""b""\nc";x\r\n2;d\r\n3;e;f;g\r\n'],
])('reads CSV parted by a %s: quotes, line breaks within, rows too short and too long', async (_, text) => {
  await load(write('a.csv', text))
  expect((await rows()).map(([, reason, ...values]) => [reason !== null, ...values])).toEqual([
    [false, '1', 'a, "b"\nc', 'x'],
    [false, '2', 'd', null],
    [true, '3', 'e', 'f'],
  ])
})

it('reads columns in any order and leaves unknown ones out', async () => {
  await load(write('a.csv', 'other,text,id\n9,t,1\n'))
  expect(await rows()).toEqual([[2, null, '1', 't', null]])
})

it('reads Parquet of any column type', async () => {
  const file = join(home, 'a.parquet')
  await database.connection.run(
    `COPY (SELECT 5::BIGINT AS id, 'x' AS text) TO ${quote(file)} (FORMAT parquet)`,
  )
  await load(file)
  expect(await rows()).toEqual([[1, null, '5', 'x', null]])
})

it('says which column is missing and which are there', async () => {
  await expect(load(write('a.csv', 'id,body\n1,2\n'))).rejects.toThrow(
    /a\.csv has no column "text"\. It has: id, body\. Wanted: id, text, note \(optional\)\. Rename/,
  )
  await expect(load(write('b.jsonl', '{"id":1}\n'))).rejects.toThrow(/has no column "text"/)
})

it.each([
  ['a.jsonl', '', /a\.jsonl is empty\. Wanted: a file with rows/],
  ['a.jsonl', '\n \n', /has no rows/],
  ['a.csv', 'id,text\n', /has no rows/],
  [
    'a.parquet',
    'PAR1 and then nothing',
    /a\.parquet cannot be read: .*Wanted: a whole parquet file.*Export it again/,
  ],
])('%s that holds %j is an error that says so', async (name, content, message) => {
  await expect(load(write(name, content))).rejects.toThrow(message)
})

it('refuses a Parquet file that was cut off', async () => {
  const file = join(home, 'whole.parquet')
  await database.connection.run(
    `COPY (SELECT range AS id, 'text ' || range AS text FROM range(1000)) TO ${quote(file)} (FORMAT parquet)`,
  )
  const whole = readFileSync(file)
  await expect(load(write('cut.parquet', whole.subarray(0, whole.length / 2)))).rejects.toThrow(
    /cannot be read/,
  )
})

it('finds the first file of a known ending', () => {
  expect(findTable(home, ['clicks'])).toBeUndefined()
  const file = write('clicks.csv', 'a\n')
  expect(findTable(home, ['clicks'])).toEqual({ path: file, files: [file], form: 'csv' })
})

it('keeps every digit of ids beyond 2^53 and 2^64, and refuses those that a floating number has rounded', async () => {
  await load(
    write(
      'a.jsonl',
      '{"id":9007199254740993,"text":"x"}\n{"id":123456789012345678901234567890,"text":"y"}\n',
    ),
  )
  expect((await rows()).map(([, , id]) => id)).toEqual(['9007199254740993', '123456789012345678901234567890'])
  await database.connection.run(`COPY (SELECT * FROM (VALUES (7::DOUBLE, 'x'), (9007199254740994::DOUBLE, 'y')) t(id, text))
    TO ${quote(join(home, 'b.parquet'))}`)
  await load(join(home, 'b.parquet'))
  const [whole, rounded] = await rows()
  expect(whole).toEqual([1, null, '7', 'x', null])
  expect(rounded?.[1]).toMatch(
    /^id 9\.?0+7199254740994.* has lost its last digits; export the column as text/,
  )
})
