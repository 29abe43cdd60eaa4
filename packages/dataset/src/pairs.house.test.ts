import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Manifest } from '@disranker/stage'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import recipe from '../recipes/pairs.ts'
import { DOCUMENTS, log, type Row } from '../testing/subject-log.ts'
import { SUBJECTS } from '../testing/subjects.ts'
import { pairs } from './pairs.ts'
import type { PairsRecipe } from './pairs-recipe.ts'
import { toLines } from './records/lines.ts'
import { normaliseQuery } from './records/normalise-query.ts'
import { readQueryViews } from './records/query-views.ts'
import { readPairs } from './records/read-pairs.ts'
import { splitOf } from './splits/splits.ts'

/** the folder of the stage with its lists in memory */
function readAll(folder: string) {
  const { documents, queries, clicks, ...pairs } = readPairs(folder)
  return { ...pairs, documents: [...documents], queries: [...queries], clicks: [...clicks] }
}

let home: string
let input: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pairs-'))
  input = join(home, 'in')
  mkdirSync(input)
  write('documents.jsonl', toLines(DOCUMENTS))
})
afterEach(() => rmSync(home, { recursive: true }))

const write = (name: string, content: string) => writeFileSync(join(input, name), content)
const run = (changes: Partial<PairsRecipe> = {}): Promise<Manifest> =>
  pairs({ input, out: join(home, 'out'), recipe: { ...recipe, ...changes } })
const read = () => readAll(join(home, 'out'))
const logMetrics = (manifest: Manifest) => manifest.metrics.log as Record<string, unknown>
const BY_HASH = { ...recipe.splits, by: 'hash' } as const
const SUBSET = ['the apple past', 'the bridge past', 'the candle past', 'the desert past', 'the engine past']

/** Judgements of people for five of the ten queries, so that every split has one whatever the hash says. */
function judge() {
  const splits = ['train', 'validation', 'test', 'weak', 'train']
  write('queries.jsonl', toLines(SUBSET.map((text, i) => ({ id: `p${i}`, text, split: splits[i] }))))
  write('qrels.txt', SUBSET.map((text, i) => `p${i} 0 ${text.split(' ')[1]}-repair 2\n`).join(''))
}

describe('a click log alone', () => {
  const many = () =>
    Array.from({ length: 8 }, (_, copy) =>
      log().map((row) => ({ ...row, query: `${row.query} ${copy}` })),
    ).flat()

  it('is enough: grades come from clicks, splits from the hash of the query', async () => {
    write('clicks.jsonl', toLines(many()))
    await run({ splits: BY_HASH })
    const { queries, judgements, clicks, candidates, firstStage } = read()
    expect(queries).toHaveLength(80)
    for (const { id, text, split } of queries) {
      expect(split).toBe(splitOf(normaliseQuery(text), BY_HASH))
      const subject = /the (\w+) past/i.exec(text.replace(/\s+/g, ' '))![1]!.toLowerCase()
      expect(judgements.get(id)!.get(`${subject}-history`)).toBe(3)
      expect(judgements.get(id)!.get(`${subject}-repair`)).toBe(0)
    }
    const train = new Set(queries.filter(({ split }) => split === 'train').map(({ id }) => id))
    expect(clicks.length).toBe(train.size)
    expect(clicks.every(({ query }) => train.has(query))).toBe(true)
    for (const split of ['validation', 'test'] as const) {
      expect(candidates(split).size).toBeGreaterThan(0)
      expect([...candidates(split)]).toEqual([...firstStage(split)])
    }
    // ten sessions asked each, however they spelled it
    const test = queries.filter(({ split }) => split === 'test').map(({ id }) => [id, 10])
    expect([...readQueryViews(join(home, 'out'))]).toEqual(test)
    // what a train query learns from has documents in addition to those that the first stage found
    expect(firstStage('train').size).toBe(train.size)
    for (const [, rows] of firstStage('train')) for (const { score } of rows) expect(score).toBeGreaterThan(0)
  })

  it('puts one query, however it is spelled, into one split', async () => {
    write('clicks.jsonl', toLines(many()))
    await run()
    const texts = read().queries.map(({ text }) => text.toLowerCase().replace(/\s+/g, ' ').trim())
    expect(new Set(texts).size).toBe(texts.length)
  })
})

describe('queries that nobody graded', () => {
  /** shown and never clicked, so that no click grades them */
  const idle = (query: string, day: number, times: number): Row[] =>
    Array.from({ length: times }, (_, session) => ({
      timestamp: new Date(Date.UTC(2025, 0, day, session)).toISOString(),
      session_id: `${query} ${day} ${session}`,
      query,
      doc_id: `${query.split(' ')[0]}-repair`,
      position: 1,
      clicked: false,
    }))
  const clicked = Array.from({ length: 8 }, (_, copy) =>
    log().map((row) => ({
      ...row,
      query: `${row.query} ${copy}`,
      timestamp: row.timestamp.replace('-01-01T', `-01-0${copy + 1}T`),
    })),
  ).flat()
  const grades = { ...recipe.grades, skipped: 1000 }
  const unlabelled = { first: 3, depth: 8, random: 2, queries: 4 }

  it('are those of the train period that were asked most often, with candidates and no grade', async () => {
    const early = SUBJECTS.flatMap((subject, i) => idle(`${subject} early question`, 1, i < 6 ? 3 : 2))
    const late = SUBJECTS.flatMap((subject) => idle(`${subject} late question`, 8, 6))
    write('clicks.jsonl', toLines([...clicked, ...early, ...late]))
    const taken = async (candidates: PairsRecipe['candidates']) => {
      await run({ grades, candidates })
      return read().queries.filter(({ text }) => text.endsWith('question'))
    }
    const four = await taken({ ...recipe.candidates, unlabelled })
    expect(four).toHaveLength(4)
    const { judgements, candidates } = read()
    for (const { id, text, split } of four) {
      expect(split).toBe('train')
      expect(text).toMatch(/^(apple|bridge|candle|desert|engine|forest) early question$/)
      expect(judgements.has(id)).toBe(false)
      const rows = candidates('train').get(id)!
      expect(rows[0]!.document.startsWith(text.split(' ')[0]!)).toBe(true)
      expect(rows.length).toBeGreaterThan(1)
      expect(rows.length).toBeLessThanOrEqual(5)
      for (const other of ['validation', 'test'] as const) expect(candidates(other).has(id)).toBe(false)
    }
    const { unlabelled: _, ...without } = { ...recipe.candidates, unlabelled }
    expect(await taken({ ...without, unlabelled: { ...unlabelled, queries: 1 } })).toHaveLength(1)
    expect(await taken(without)).toHaveLength(0)
  })

  it('are none that are nearly the same as one that measures', async () => {
    judge()
    write(
      'queries.jsonl',
      `${toLines(SUBSET.map((text, i) => ({ id: `p${i}`, text, split: i === 0 ? 'train' : i === 1 ? 'validation' : 'test' })))}${toLines([{ id: 'long', text: 'candle lighthouses', split: 'test' }])}`,
    )
    const near = [...idle('candle lighthouse', 1, 5), ...idle('candle windmill', 1, 5)]
    write('clicks.jsonl', toLines([...log(), ...near]))
    await run({ grades, candidates: { ...recipe.candidates, unlabelled: { ...unlabelled, queries: 100 } } })
    const texts = read().queries.map(({ text }) => text)
    expect(texts).toContain('candle windmill')
    expect(texts).not.toContain('candle lighthouse')
  })
})

describe('with judgements of people', () => {
  beforeEach(judge)

  it('takes theirs before clicks, and puts no unjudged query into a split that they judged', async () => {
    write('clicks.jsonl', toLines(log()))
    const manifest = await run()
    const { queries, judgements, clicks } = read()
    expect(queries).toHaveLength(10)
    expect(judgements.get('p0')).toEqual(new Map([['apple-repair', 2]]))
    for (const { id, split } of queries) if (!id.startsWith('p')) expect(split).toBe('train')
    // clicks on validation and test queries are not for training
    expect(new Set(clicks.map(({ query }) => query))).not.toContain('p1')
    expect(new Set(clicks.map(({ query }) => query))).not.toContain('p2')
    expect(manifest.metrics.simulatedClicks).toBe(false)
  })

  it('gives train queries their judged documents, the first stage and random ones to score', async () => {
    write('clicks.jsonl', toLines(log()))
    await run({ candidates: { ...recipe.candidates, train: { first: 1, depth: 1, random: 3 } } })
    const rows = read().candidates('train').get('p0')!
    expect(rows[0]!.document).toMatch(/^apple-/)
    expect(rows.map(({ document }) => document)).toContain('apple-repair')
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.length).toBeLessThanOrEqual(5)
    expect(new Set(rows.map(({ document }) => document)).size).toBe(rows.length)
  })

  it('drops a query from the splits that teach when its text is also asked in one that examines', async () => {
    write('clicks.jsonl', toLines(log()))
    const more = [
      { id: 'again', text: 'The  CANDLE past', split: 'train' },
      { id: 'weak', text: 'the bridge past ', split: 'weak' },
    ]
    write('queries.jsonl', readFileSync(join(input, 'queries.jsonl'), 'utf8') + toLines(more))
    write(
      'qrels.txt',
      `${readFileSync(join(input, 'qrels.txt'), 'utf8')}again 0 candle-history 3\nweak 0 bridge-history 3\n`,
    )
    const manifest = await run()
    expect(manifest.metrics.leaks).toBe(2)
    const { queries, judgements } = read()
    expect(queries.map(({ id }) => id)).not.toContain('again')
    expect(queries.map(({ id }) => id)).not.toContain('weak')
    expect(judgements.has('again')).toBe(false)
  })

  it.each(['csv', 'parquet'])('leaves the same pairs of the same log as %s', async (ending) => {
    write('clicks.jsonl', toLines(log()))
    await run()
    const expected = read().clicks
    const database = await DuckDBInstance.create(':memory:')
    const connection = await database.connect()
    await connection.run(
      `COPY (SELECT * FROM read_json('${join(input, 'clicks.jsonl')}', format = 'newline_delimited')) TO '${join(input, `clicks.${ending}`)}'`,
    )
    connection.closeSync()
    database.closeSync()
    rmSync(join(input, 'clicks.jsonl'))
    rmSync(join(home, 'out'), { recursive: true })
    await run()
    expect(read().clicks).toEqual(expected)
    expect(expected.length).toBeGreaterThan(5)
  })

  it('drops robots and clicks that were left at once, and weighs the others by position', async () => {
    const robot = [...SUBJECTS, ...SUBJECTS].flatMap((subject, second): Row[] => [
      {
        timestamp: new Date(Date.UTC(2025, 5, 1, 0, 0, second)).toISOString(),
        session_id: 'robot',
        query: `the ${subject} past`,
        doc_id: `${subject}-repair`,
        position: 1,
        clicked: true,
        dwell_ms: 60_000,
      },
    ])
    const hasty = { ...log()[0]!, session_id: 'hasty', doc_id: 'apple-repair', clicked: true, dwell_ms: 400 }
    write('clicks.jsonl', toLines([...log(), ...robot, hasty]))
    const manifest = await run({ clicks: { ...recipe.clicks, model: 'position-based' } })
    expect(logMetrics(manifest)).toMatchObject({ robots: 1, unsatisfied: 1 })
    const { clicks } = read()
    expect(clicks.every(({ document }) => document.endsWith('history'))).toBe(true)
    // looked at half as often as the first position: 5 of 5 clicks there, 3 of 5 or 2 of 5 here
    const [first, second] = (manifest.metrics.clickModel as { examination: number[] }).examination as number[]
    expect(first).toBe(1)
    expect(second).toBeGreaterThan(0.3)
    expect(second).toBeLessThan(0.7)
    for (const { weight, clicks: count } of clicks) expect(weight).toBeGreaterThan(count)
    expect(clicks.every(({ clicks: count, impressions }) => count <= impressions)).toBe(true)
  })

  it('shows and skips rows that cannot be used, up to the bound', async () => {
    const bad = [
      '{"timestamp":"2025-01-01"',
      JSON.stringify({ ...log()[0]!, doc_id: 'nowhere' }),
      JSON.stringify({ ...log()[0]!, position: 2.5 }),
      JSON.stringify({ ...log()[0]!, position: 0 }),
      JSON.stringify({ ...log()[0]!, clicked: 'maybe' }),
      JSON.stringify({ ...log()[0]!, query: '  ' }),
      JSON.stringify({ ...log()[0]!, timestamp: 'yesterday' }),
      JSON.stringify({ ...log()[0]!, dwell_ms: -1 }),
    ]
    // an empty dwell_ms is none
    const fine = JSON.stringify({ ...log()[0]!, dwell_ms: '' })
    write('clicks.jsonl', `${[...bad, fine].join('\n')}\n${toLines(log())}`)
    const failure = run().catch((error: Error) => error.message)
    const message = await failure
    for (const part of [
      '8 of 209 rows cannot be used, more than the 1 %',
      'line 1: is no JSON object',
      'line 2: doc_id "nowhere" is not in the corpus',
      'line 3: position is 2.5; wanted a whole number from 1',
      'line 4: position is 0',
      'line 5: clicked is maybe; wanted true, false, 0 or 1',
      'line 6: query is empty',
      'line 7: timestamp is yesterday; wanted ISO 8601',
      'line 8: dwell_ms is -1',
    ])
      expect(message).toContain(part)
    expect(existsSync(join(home, 'out'))).toBe(false)
    const manifest = await run({ badRows: { share: 0.1, show: 3 } })
    expect(logMetrics(manifest)).toMatchObject({ badRows: 8, rows: 201 })
  })
})

describe('refuses, and leaves nothing behind that looks finished:', () => {
  const refused = async (message: RegExp) => {
    await expect(run()).rejects.toThrow(message)
    expect(existsSync(join(home, 'out'))).toBe(false)
  }

  it('no click log', () =>
    refused(/has neither a click log nor judgements\. Wanted: clicks\.jsonl with timestamp/))
  it('document ids that the corpus does not have', () => {
    write('clicks.jsonl', toLines(log().map((row) => ({ ...row, doc_id: `x${row.doc_id}` }))))
    return refused(/200 of 200 rows.*\n {2}line 1: doc_id "xapple-history" is not in the corpus/)
  })
  it('no clicks at all', () => {
    write('clicks.jsonl', toLines(log().map((row) => ({ ...row, clicked: false }))))
    return refused(/has no click that can be used: 0 clicks in 200 rows/)
  })
  it('a split without judgements', () => {
    write('queries.jsonl', toLines(SUBSET.map((text, i) => ({ id: `p${i}`, text, split: 'test' }))))
    write('qrels.txt', 'p0 0 apple-history 1\n')
    write('clicks.jsonl', toLines(log().slice(0, 20)))
    return refused(/No train query has a judgement above 0 or enough clicks/)
  })
})
