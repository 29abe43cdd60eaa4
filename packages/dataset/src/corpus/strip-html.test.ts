// Whether texts are HTML is decided for each column, over all of its rows, and said.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase, query } from '../database/database.ts'
import { stripHtml } from './strip-html.ts'

let home: string
let database: Database
let said: string[]
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'html-'))
  database = await openDatabase(home)
  said = []
})
afterEach(() => {
  database.close()
  rmSync(home, { recursive: true })
})

/** 12,000 documents: HTML lies behind those that a look at the first ones would see */
async function strip(html: 'auto' | 'yes' | 'no', title: string, summary: string, from = 0) {
  await database.connection.run(
    `CREATE OR REPLACE TABLE documents AS SELECT range::VARCHAR AS id, CASE WHEN range >= $from THEN $title ELSE 'a title' END AS title,
      CASE WHEN range >= $from THEN $summary ELSE 'a summary' END AS summary FROM range(12000)`,
    { from, title, summary },
  )
  const progress = { start() {}, update() {}, stop() {}, say: (line: string) => said.push(line) }
  const count = await stripHtml(database, 'documents.jsonl', html, progress)
  const [last] = await query<{ title: string; summary: string }>(
    database.connection,
    `SELECT title, summary FROM documents WHERE id = '11999'`,
  )
  return { count, ...last }
}

it('takes tags out of the column that has them and leaves code in the other', async () => {
  expect(await strip('auto', 'Map<K, V> if (a<b) {', '<p>one</p><p>Map<K, V></p>', 10_500)).toEqual({
    count: 1500,
    title: 'Map<K, V> if (a<b) {',
    summary: 'one Map<K, V>',
  })
  expect(said).toEqual([
    'documents.jsonl: took HTML out of summary of 1500 documents (documents.html in the recipe keeps it).',
  ])
})

it('says that a few tags stay, unless the recipe takes them out or is not asked', async () => {
  expect(await strip('auto', 'x', '<b>one</b>', 11_900)).toMatchObject({ count: 0, summary: '<b>one</b>' })
  expect(said.join()).toMatch(
    /100 of 12000 documents have tags or entities in summary, too few for HTML: they stay/,
  )
  expect(await strip('yes', 'x', '<b>one</b>', 11_900)).toMatchObject({ count: 100, summary: 'one' })
  expect(await strip('no', 'x', '<b>one</b>')).toMatchObject({ count: 0, summary: '<b>one</b>' })
})
