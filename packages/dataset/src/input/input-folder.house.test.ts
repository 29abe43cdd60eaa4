// Every file in the folder is read or named, and what is to be forgotten is forgotten whichever way the log comes.
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Progress } from '@disranker/stage'
import { describe, expect, it } from 'vitest'
import {
  clicks,
  csv,
  documents,
  home,
  input,
  lines,
  parquet,
  read,
  run,
  useShop,
  write,
  writeJudged,
} from '../../testing/shop.ts'
import { openDatabase } from '../database/database.ts'
import { forgetSessions, sessionSql } from '../log/forget.ts'
import { findInput } from './input-folder.ts'

useShop()

const prepare = () => {
  write('documents.jsonl', lines(documents))
  writeJudged()
}

describe('files', () => {
  it('with capital letters are read', async () => {
    write('Documents.JSONL', lines(documents))
    writeJudged()
    write('Clicks.JSONL.GZ', gzipSync(lines(clicks)))
    await run()
    expect(read().clicks).toHaveLength(10)
  })

  it('that are no table are named, and those that are read are not', async () => {
    prepare()
    write('clicks.jsonl', lines(clicks))
    for (const name of [
      'clicks (1).jsonl',
      'notes.txt',
      'old/clicks.jsonl',
      'clicks.old.jsonl',
      'README.md',
      '.DS_Store',
    ])
      write(name, lines(clicks))
    const { metrics } = await run()
    const said = (metrics.notices as string[]).filter((line) => line.includes('is not read'))
    expect(said.map((line) => line.split(' is not read: ')[0])).toEqual([
      'clicks (1).jsonl',
      'clicks.old.jsonl',
      'notes.txt',
      'old',
    ])
    expect(said[0]).toContain('Rename it to clicks.<ending>')
    expect(said[2]).toContain('no table has that name. Tables: clicks, ')
  })

  it('are named where nothing else is there', async () => {
    write('Clicks (1).jsonl', lines(clicks))
    await expect(run()).rejects.toThrow(/neither a click log nor judgements.*Clicks \(1\)\.jsonl is not read/)
  })

  // Windows lets few users make links
  it.skipIf(process.platform === 'win32')('behind links are read, in folders of shards too', async () => {
    prepare()
    write('elsewhere.txt', '')
    mkdirSync(join(home, 'far'))
    mkdirSync(join(input, 'clicks'))
    write('../far/part.jsonl', lines(clicks))
    symlinkSync(join(home, 'far', 'part.jsonl'), join(input, 'clicks', 'part.jsonl'))
    await run()
    expect(read().clicks).toHaveLength(10)
  })

  it.skipIf(process.platform === 'win32')('behind broken links are named as that', async () => {
    prepare()
    rmSync(join(input, 'documents.jsonl'))
    write('clicks.jsonl', lines(clicks))
    symlinkSync('nowhere.jsonl', join(input, 'documents.jsonl'))
    await expect(run()).rejects.toThrow(
      /documents\.jsonl cannot be read: it is a link.*Put the file there, or remove/,
    )
  })
})

const quiet: Progress = { start() {}, update() {}, stop() {}, say() {} }
const gone = clicks.at(-1)!.session_id

describe('sessions to forget', () => {
  it.each<readonly [string, () => void | Promise<void>]>([
    ['forget.txt', () => write('forget.txt', `${gone}\r\nnobody\r\n`)],
    ['Forget.txt', () => write('Forget.txt', `${gone}\nnobody`)],
    [
      'forget.csv with a header',
      () => write('forget.csv', csv([{ session_id: gone }, { session_id: 'nobody' }])),
    ],
    ['forget.csv without', () => write('forget.csv', `${gone}\nnobody\n`)],
    [
      'forget.jsonl',
      () => write('forget.jsonl', lines([{ session_id: Number(gone) }, { session_id: 'nobody' }])),
    ],
    ['forget.txt.gz', () => write('forget.txt.gz', gzipSync(`${gone}\nnobody\n`))],
    ['a folder', () => write('forget/a.txt', `${gone}\nnobody\n`)],
    [
      'forget.parquet, ids as floating numbers',
      () =>
        parquet('forget.parquet', 'session_id::DOUBLE AS session_id', [
          { session_id: gone },
          { session_id: '99' },
        ]),
    ],
  ])('as %s', async (_, forget) => {
    await forget()
    const said: string[] = []
    const database = await openDatabase(join(home, 'scratch'))
    await database.connection.run(
      `CREATE TABLE log_rows AS SELECT ${sessionSql('id::VARCHAR')} AS session FROM (SELECT unnest([${gone}, ${gone}, 7]) AS id)`,
      { salt: 'salt' },
    )
    const say = (line: string) => said.push(line.replace(join(input, '/'), ''))
    const rows = await forgetSessions(database, findInput(input).forget, 'salt', { ...quiet, say })
    database.close()
    expect(rows).toBe(2)
    expect(said.join()).toMatch(
      /^forget.*: left out 2 rows of 1 sessions; 1 of the 2 listed sessions are not in the log\.$/i,
    )
  })

  it.each<readonly [string, () => void, RegExp]>([
    ['forget.docx', () => write('forget.docx', gone), /forget\.docx has an ending that says nothing known/],
    ['to-forget.txt', () => write('to-forget.txt', gone), /to-forget\.txt is not read.*Rename or remove it/],
    [
      'forget.txt in UTF-16',
      () => write('forget.txt', Buffer.from(`\ufeff${gone}\n`, 'utf16le')),
      /forget\.txt is UTF-16\..*Convert it/,
    ],
    [
      'two columns without a name',
      () => write('forget.csv', `${gone},2026-01-01\n`),
      /forget\.csv has no column "session_id"\. Wanted: session_id/,
    ],
    [
      'a broken line',
      () => write('forget.jsonl', `{"session_id":"${gone}"}\n"${gone}"\n`),
      /forget\.jsonl: 1 lines cannot be read, the first is line 2.*Fix the file/,
    ],
  ])('that cannot be read end the stage, and no id is said: %s', async (_, forget, message) => {
    prepare()
    write('clicks.jsonl', lines(clicks.map((row) => ({ ...row, session_id: `s-${row.session_id}` }))))
    forget()
    const failure = (await run().catch((error: Error) => error)) as Error
    expect(failure.message).toMatch(message)
    expect(failure.message).not.toContain(gone)
  })

  it('end the stage where views have no sessions', async () => {
    prepare()
    await parquet('views.parquet', `* REPLACE (documents::VARCHAR[] AS documents)`, [
      { query: 'a', moment: 1, held_out: false, documents: ['100'], positions: [1], clicks: 2 },
    ])
    write('forget.txt', `${gone}\n`)
    await expect(run()).rejects.toThrow(/forget\.txt lists sessions to forget, and .*views without sessions/)
  })

  it('leave no trace', async () => {
    prepare()
    write('clicks.jsonl', lines(clicks.map((row) => ({ ...row, session_id: `person-${row.session_id}` }))))
    write('forget.txt', `person-${gone}\n`)
    const { files } = await run()
    for (const name of Object.keys(files))
      expect(readFileSync(join(home, 'out', name), 'utf8')).not.toContain('person-')
  })
})
