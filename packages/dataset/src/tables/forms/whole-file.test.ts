// One check for every table: a file that is cut, damaged, of another encoding or no file is refused, with what to do.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase, query } from '../../database/database.ts'
import { type Form, findTable } from '../../input/input-files.ts'
import { dropBadRows } from '../bad-rows.ts'
import type { Column } from '../columns.ts'
import { loadTable } from '../table.ts'

const COLUMNS: readonly Column[] = [
  { name: 'id', required: true },
  { name: 'text', required: true },
  { name: 'note', required: false },
]
const FORMS: readonly Form[] = ['csv', 'tsv', 'jsonl', 'json', 'parquet', 'text']

let home: string
let database: Database
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'whole-'))
  database = await openDatabase(join(home, 'scratch'))
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

const write = (name: string, content: string | Uint8Array) => writeFileSync(join(home, name), content)
const said: string[] = []
async function load(headerless: readonly (readonly string[])[] = []) {
  const loaded = await loadTable(database, 'rows', findTable(home, ['t'], FORMS)!, COLUMNS, { headerless })
  said.splice(0, said.length, ...loaded.said)
  await dropBadRows(
    database,
    'rows',
    loaded,
    [
      ['unreadable IS NOT NULL', 'unreadable'],
      ['text IS NULL', `'text is empty'`],
    ],
    { share: 0.01, show: 3 },
    { start() {}, update() {}, stop() {}, say: (line) => said.push(line) },
  )
  return query<{ line: number; id: string; text: string; note: string | null }>(
    database.connection,
    'SELECT line::INTEGER AS line, id, text, note FROM rows ORDER BY line',
  )
}
/** does not compress well, so that a half holds rows */
const rows = Array.from({ length: 4000 }, (_, n) => ({
  id: `r${n}`,
  text: `t${Math.sin(n)}`,
  note: String(n % 7),
}))
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const csv = `id,text,note\n${rows.map((row) => `${Object.values(row).join(',')}\n`).join('')}`
const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)

describe('a compressed file', () => {
  it.each([
    ['t.jsonl.gz', gzipSync(lines)],
    ['t.csv.gz', gzipSync(csv)],
    ['t.jsonl.zst', zstdCompressSync(lines)],
    ['t.csv.zst', zstdCompressSync(csv)],
    ['t.txt.gz', gzipSync(csv)],
  ])('that is whole is read, and one that is cut off is refused: %s', async (name, bytes) => {
    const parts = name.includes('.txt') ? [['id', 'text', 'note']] : []
    if (!name.includes('.txt')) {
      write(name, bytes)
      expect(await load(parts)).toHaveLength(4000)
    }
    for (const cut of [half(bytes), bytes.subarray(0, -1), bytes.subarray(0, 40)]) {
      write(name, cut)
      await expect(load(parts)).rejects.toThrow(/t\.\w+\.\w+ is cut off.*Wanted: a whole .*Export it again/)
    }
  })

  it('of several frames is read to its end', async () => {
    const middle = lines.indexOf('\n', lines.length / 2) + 1
    const frames = [lines.slice(0, middle), lines.slice(middle)]
    write('t.jsonl.zst', Buffer.concat(frames.map((part) => zstdCompressSync(part))))
    expect(await load()).toHaveLength(4000)
    rmSync(join(home, 't.jsonl.zst'))
    write('t.jsonl.gz', Buffer.concat(frames.map((part) => gzipSync(part))))
    expect(await load()).toHaveLength(4000)
  })

  it('that is damaged or has something behind it is refused', async () => {
    const bytes = gzipSync(lines)
    bytes[bytes.length >> 1]! ^= 255
    write('t.jsonl.gz', bytes)
    await expect(load()).rejects.toThrow(/t\.jsonl\.gz cannot be decompressed: .*Export it again/)
    rmSync(join(home, 't.jsonl.gz'))
    write('t.jsonl.zst', Buffer.concat([zstdCompressSync(lines), Buffer.from('something')]))
    await expect(load()).rejects.toThrow(/t\.jsonl\.zst cannot be decompressed: .*Compress it again/)
  })
})

describe('a file that was cut off in a line', () => {
  it.each([
    ['t.jsonl', lines, 'is no JSON object'],
    ['t.csv', csv.replaceAll(/,(t[^,]*),/g, ',"$1",'), 'text is empty'],
  ])('is refused with that line: %s', async (name, content, reason) => {
    const cut = content.slice(0, content.indexOf('r2000') + 6)
    write(name, cut)
    await expect(load()).rejects.toThrow(
      new RegExp(`${name}: the last line is cut off\\.\\n  line ${cut.split('\n').length}: ${reason}.*`),
    )
  })

  it('is said to be open where the line could be whole', async () => {
    write('t.csv', csv.slice(0, -2))
    await load()
    expect(said.join()).toMatch(
      /t\.csv: the last line has no line end\. If the file was cut off, rows are missing/,
    )
    write('t.csv', csv)
    await load()
    expect(said.join()).not.toContain('no line end')
  })
})

describe('quotes of CSV', () => {
  it('within lines, doubled, and bare ones inside a value are read', async () => {
    write('t.csv', 'id,text,note\n1,"a ""b"", c\nd",12" pipe\n2,x"y,\n')
    expect((await load()).map(({ id, text, note }) => [id, text, note])).toEqual([
      ['1', 'a "b", c\nd', '12" pipe'],
      ['2', 'x"y', null],
    ])
  })

  it.each([
    ['that is never closed', 'id,text,note\n1,a,b\n2,"c,d\n3,e,f\n', 3],
    ['that another one below closes', 'id,text,note\n1,a,b\n2,"c,d\n3,"e",f\n4,g,h\n', 3],
  ])('one %s is refused: it would swallow rows', async (_, content, line) => {
    write('t.csv', content)
    await expect(load()).rejects.toThrow(
      new RegExp(`t\\.csv, line ${line}: a quote is opened and not closed`),
    )
  })
})

describe('a text file', () => {
  it.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${lines}`, 'utf16le'), /is UTF-16.*Convert it: iconv/],
    ['UTF-16 without one', Buffer.from(lines, 'utf16le'), /is UTF-16.*Convert it: iconv/],
    [
      'zero bytes',
      Buffer.concat([Buffer.from('{"id":"1"}\n'), Buffer.alloc(3), Buffer.from(lines)]),
      /zero bytes/,
    ],
    [
      'Latin-1',
      Buffer.from(lines.replaceAll('t0', 'é'), 'latin1'),
      /line \d+: is not UTF-8; convert the file: iconv/,
    ],
  ])('in %s is refused', async (_, bytes, message) => {
    write('t.jsonl', bytes)
    await expect(load()).rejects.toThrow(message)
  })

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
    ['CR CR LF', '\r\r\n'],
  ])('with %s at the end of its lines is read', async (_, end) => {
    for (const [name, content] of [
      ['t.jsonl', lines],
      ['t.csv', csv],
    ] as const) {
      if (end === '\r\r\n' && name === 't.csv') continue
      write(name, content.replaceAll('\n', end))
      const got = await load()
      expect(got).toHaveLength(4000)
      expect(got[9]).toMatchObject({ id: 'r9', text: rows[9]!.text })
      rmSync(join(home, name))
    }
  })

  it('of lines parted by spaces, with a line of megabytes and with columns that are none', async () => {
    write('t.txt', `1 a x\n2\tb  y\r\n${'z'.repeat(2_000_000)}\n3 c z q\n${'4 d w\n'.repeat(300)}`)
    const got = await load([['id', 'text', 'note']])
    expect(got.slice(0, 2).map(({ id, text, note }) => [id, text, note])).toEqual([
      ['1', 'a', 'x'],
      ['2', 'b', 'y'],
    ])
    expect(got).toHaveLength(302)
    expect(said.join('\n')).toMatch(/skipped 2 of 304 rows/)
    expect(said.join('\n')).toContain('"3 c z q" has 4 columns; wanted id text note')
  })

  it('that is no file is not waited for', async () => {
    execFileSync('mkfifo', [join(home, 't.jsonl')])
    await expect(load()).rejects.toThrow(/t\.jsonl is no file that can be read.*Remove it/)
  })
})
