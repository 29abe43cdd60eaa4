// What goes wrong in an export never changes a count in silence: it is read alike, said, or refused with what to do.
// DISRANKER_MUTATIONS=200 tries more of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@disranker/stage'
import { expect, it } from 'vitest'
import recipe from '../../recipes/pairs.ts'
import { type Form, good, mutate, type Row } from '../../testing/mutations.ts'
import { readDocuments, readJudged } from '../corpus/corpus.ts'
import { openDatabase, queryOne } from '../database/database.ts'
import { readImportedRun } from '../first-stage/imported-run.ts'
import { readClickLog } from '../log/click-log.ts'
import { findInput } from './input-folder.ts'

const MUTATIONS = Number(process.env.DISRANKER_MUTATIONS ?? 40)

const DOCUMENTS = Array.from({ length: 100 }, (_, n) => ({
  id: `d${n}`,
  title: `thing ${n}`,
  summary: `café, ${n}`,
}))
const QUERIES = Array.from({ length: 100 }, (_, n) => ({
  id: `q${n}`,
  text: `zoë's thing ${n}`,
  split: 'test',
}))
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  clicks: Array.from({ length: 60 }, (_, view) =>
    Array.from({ length: 5 }, (_, position) => ({
      timestamp: new Date(Date.UTC(2026, 0, 1) + 60_000 * view).toISOString(),
      session_id: `s${view}`,
      query: `näher ${view % 12}`,
      doc_id: `d${(view * 7 + position) % 100}`,
      position: position + 1,
      clicked: (view + position) % 5 === 0,
      dwell_ms: 20_000 + view,
    })),
  ).flat(),
  documents: DOCUMENTS,
  queries: QUERIES,
  qrels: QUERIES.map(({ id }, n) => ({ query: id, document: `d${n}`, grade: n % 4 })),
  run: QUERIES.map(({ id }, n) => ({ query: id, document: `d${n}`, score: n / 7, tag: 'mine' })),
}

/** What is read of a folder, and what is said. */
async function counts(folder: string): Promise<{ counts: Record<string, number>; said: string[] }> {
  const said: string[] = []
  const progress = { start() {}, update() {}, stop() {}, say: (line: string) => void said.push(line) }
  const scratch = join(folder, '..', 'scratch')
  const database = await openDatabase(scratch)
  try {
    const { badRows } = recipe
    const input = findInput(folder)
    await readDocuments(database, input, { ...recipe.documents, badRows }, progress)
    await readJudged(database, input, { badRows, judgements: recipe.judgements }, scratch, progress)
    const { metrics } = await readClickLog(
      database,
      input.clicks!,
      input.forget,
      { ...recipe.log, badRows },
      progress,
    )
    await database.connection.run(
      'CREATE TABLE queries AS SELECT id, text, split, line AS ordinal FROM judged_queries; CREATE TABLE judgements AS SELECT * FROM qrels',
    )
    await readImportedRun(
      database,
      input.run,
      { badRows, depth: 9, file: join(scratch, 'run'), scratch },
      progress,
    )
    const { rows, clicks, views, sessions, queries } = metrics as Record<string, number>
    const told = await queryOne<Record<string, number>>(
      database.connection,
      `SELECT (SELECT count(*) FROM documents)::DOUBLE AS documents, (SELECT count(*) FROM judged_queries)::DOUBLE AS judged,
        (SELECT count(*) FROM qrels)::DOUBLE AS judgements, (SELECT sum(grade) FROM qrels)::DOUBLE AS grades,
        (SELECT count(DISTINCT split) FROM judged_queries)::DOUBLE AS splits, (SELECT sum(bit_count(clicks)) FROM views)::DOUBLE AS clicked`,
    )
    return { counts: { rows, clicks, views, sessions, queries, ...told } as Record<string, number>, said }
  } finally {
    database.close()
  }
}

const home = mkdtempSync(join(tmpdir(), 'mutations-'))
function lay(name: string, content: Uint8Array, mutated?: string) {
  const folder = join(home, 'in')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [table, rows] of Object.entries(TABLES))
    if (table !== mutated) writeFileSync(join(folder, `${table}.jsonl`), good(rows, 'jsonl'))
  writeFileSync(join(folder, name), content)
  return folder
}

it(`changes no count in silence, in ${MUTATIONS} mutations`, { timeout: 300_000 }, async () => {
  const whole = await counts(lay('README.md', new Uint8Array()))
  expect(whole.counts).toMatchObject({
    rows: 300,
    clicks: 60,
    views: 60,
    documents: 100,
    judged: 100,
    judgements: 100,
  })
  const silent: string[] = []
  const outcomes = { alike: 0, said: 0, refused: 0 }
  for (let seed = 0; seed < MUTATIONS; seed++) {
    const table = Object.keys(TABLES)[Math.floor(seed / 5) % 5]!
    const form: Form = Math.floor(seed / 25) % 2 === 0 ? 'jsonl' : 'csv'
    const { what, ending, content } = mutate(TABLES[table]!, form, seed)
    const name = `${seed}, ${table}.${ending}, ${what}`
    const got = await counts(lay(`${table}.${ending}`, content, table)).catch((error: Error) => error)
    if (got instanceof Error) {
      // with the file, and with what to do
      expect(got, name).toBeInstanceOf(InputError)
      expect(got.message, name).toContain(`${table}.${ending}`)
      expect(got.message, name).toMatch(/Wanted: |Fix |Export|wanted/)
      outcomes.refused++
      continue
    }
    const changed = Object.entries(whole.counts).filter(
      ([count, value]) => Math.abs((got.counts[count] ?? 0) - value) > 0.01 * value,
    )
    const news = got.said.filter((line) => !whole.said.includes(line))
    if (changed.length === 0) outcomes.alike++
    else if (news.length > 0) outcomes.said++
    else
      silent.push(
        `${name}: ${changed.map(([count, value]) => `${count} ${value} -> ${got.counts[count]}`).join(', ')}`,
      )
  }
  rmSync(home, { recursive: true })
  console.log(outcomes)
  expect(silent).toEqual([])
})
