// What is no log, no corpus and no judgements: an error that names file, line or row, column, and what to do.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  clicks,
  csv,
  documents,
  half,
  home,
  input,
  lines,
  parquet,
  queries,
  run,
  write,
  writeJudged,
} from '../testing/shop.ts'

const good = clicks[0]!
/** rows that must not be skipped in silence: with no bound, the first bad one ends the stage */
const strict = { badRows: { share: 0, show: 5 } }
const badRow = (changes: object) => () => write('clicks.jsonl', lines([...clicks, { ...good, ...changes }]))
const withoutColumn = (name: string) => () =>
  write(
    'clicks.csv',
    csv(clicks.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== name)))),
  )
const badDocument = (changes: object) => () =>
  write('documents.jsonl', lines([...documents, { ...documents[0]!, id: 'x', ...changes }]))
const badQuery = (changes: object) => () =>
  write('queries.jsonl', lines([...queries, { ...queries[0]!, id: 'x', ...changes }]))
const badJudgement = (line: string) => () =>
  write('qrels.txt', `${readFileSync(join(input, 'qrels.txt'), 'utf8')}${line}\n`)

const ubiQueries = lines(
  documents.map(({ id, title }, n) => ({
    query_id: `s${n}`,
    client_id: 'c',
    user_query: title,
    timestamp: good.timestamp,
    query_response_object_ids: [String(Number(id) + (n === 1 ? 1 : 0))],
  })),
)
const ubiEvents = lines(
  documents.map(({ id }, n) => ({
    action_name: 'item_click',
    query_id: `s${n}`,
    event_attributes: { object: { object_id: id } },
  })),
)
const ubi =
  (queries: string, events = ubiEvents) =>
  () => {
    write('ubi_queries.jsonl', queries)
    write('ubi_events.jsonl', events)
  }

/** what an error must name: the file or the folder, the line or row where there is one, the column that is at fault */
type At = readonly [file: string, line?: number | undefined, column?: string]

const BAD: readonly (readonly [
  what: string,
  prepare: () => void | Promise<void>,
  message: RegExp,
  at: At,
])[] = [
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
  [
    'a broken line of UBI queries',
    ubi(ubiQueries.replace('{"query_id":"s2"', '"query_id":"s2"')),
    /ubi_queries\.jsonl: 1 of 20 rows.*\n {2}line 3: is no JSON object/,
    ['ubi_queries.jsonl', 3],
  ],
  [
    'UBI results that are no list',
    ubi(ubiQueries.replace('["102"]', '"102"')),
    /line 2: query_response_object_ids is 102; wanted a list of ids/,
    ['ubi_queries.jsonl', 2, 'query_response_object_ids'],
  ],
  [
    'a UBI result that the corpus lacks',
    ubi(ubiQueries.replace('["102"]', '["102","nowhere"]')),
    /ubi_queries\.jsonl: 1 of 21 rows.*\n {2}ubi_queries\.jsonl, line 2: doc_id "nowhere" is not in the corpus/,
    ['ubi_queries.jsonl', 2, 'doc_id'],
  ],
  [
    'a broken line of UBI events',
    ubi(ubiQueries, `${ubiEvents}nonsense\n`),
    /ubi_events\.jsonl: 1 of 21 rows.*\n {2}line 21: is no JSON object/,
    ['ubi_events.jsonl', 21],
  ],
  [
    'UBI events without a click',
    ubi(ubiQueries, ubiEvents.replaceAll('item_click', 'hover')),
    /ubi_events\.jsonl: no event is a click on a result.*action_name/,
    ['ubi_events.jsonl', undefined, 'action_name'],
  ],
  ['an empty query', badRow({ query: ' ' }), /line 161: query is empty/, ['clicks.jsonl', 161, 'query']],
  [
    'a query of megabytes',
    badRow({ query: 'x'.repeat(3000) }),
    /line 161: query has 3000 characters; wanted at most 2000/,
    ['clicks.jsonl', 161, 'query'],
  ],
  ['an empty document', badRow({ doc_id: '' }), /line 161: doc_id is empty/, ['clicks.jsonl', 161, 'doc_id']],
  [
    'a document that the corpus lacks',
    badRow({ doc_id: 'nowhere' }),
    /line 161: doc_id "nowhere" is not in the corpus/,
    ['clicks.jsonl', 161, 'doc_id'],
  ],
  [
    'no session',
    badRow({ session_id: null }),
    /line 161: session_id is empty/,
    ['clicks.jsonl', 161, 'session_id'],
  ],
  [
    'position 0',
    badRow({ position: 0 }),
    /line 161: position is 0; wanted a whole number from 1/,
    ['clicks.jsonl', 161, 'position'],
  ],
  ['position 1.5', badRow({ position: 1.5 }), /position is 1\.5/, ['clicks.jsonl', 161, 'position']],
  ['position "first"', badRow({ position: 'first' }), /position is first/, ['clicks.jsonl', 161, 'position']],
  [
    'clicked "maybe"',
    badRow({ clicked: 'maybe' }),
    /clicked is maybe; wanted true, false, 0 or 1/,
    ['clicks.jsonl', 161, 'clicked'],
  ],
  [
    'timestamp "yesterday"',
    badRow({ timestamp: 'yesterday' }),
    /timestamp is yesterday; wanted ISO 8601, or seconds or milliseconds/,
    ['clicks.jsonl', 161, 'timestamp'],
  ],
  [
    'a timestamp in the year 3000',
    badRow({ timestamp: '3000-01-01' }),
    /timestamp is 3000-01-01/,
    ['clicks.jsonl', 161, 'timestamp'],
  ],
  [
    'a negative stay',
    badRow({ dwell_ms: -1 }),
    /dwell_ms is -1; wanted milliseconds/,
    ['clicks.jsonl', 161, 'dwell_ms'],
  ],
  [
    'a map to a column that is not there',
    () => write('clicks.jsonl', lines(clicks)),
    /no column "suchterm", which the recipe names for query.*Fix `columns`/,
    ['clicks.jsonl', undefined, 'suchterm'],
  ],
  [
    'a map from a column that is not ours',
    () => write('clicks.jsonl', lines(clicks)),
    /maps the column "term".*Fix `columns`/,
    ['clicks.jsonl', undefined, 'term'],
  ],
  [
    'no documents',
    () => rmSync(join(input, 'documents.jsonl')),
    /has no documents\. Wanted: documents\.jsonl/,
    ['in'],
  ],
  [
    'documents and a corpus',
    () => write('corpus.jsonl', lines(documents)),
    /2 tables for one thing: corpus\.jsonl, documents\.jsonl/,
    ['in'],
  ],
  [
    'documents without an id column',
    () => write('documents.jsonl', lines(documents.map(({ id: _, ...row }) => row))),
    /documents\.jsonl has no column "id"\. It has: title, summary/,
    ['documents.jsonl', undefined, 'id'],
  ],
  [
    'an id with white space',
    badDocument({ id: 'a b' }),
    /line 21: id "a b" has white space/,
    ['documents.jsonl', 21, 'id'],
  ],
  [
    'an id that is there twice',
    badDocument({ id: '100' }),
    /line 21: id "100" came before/,
    ['documents.jsonl', 21, 'id'],
  ],
  [
    'a document without text',
    badDocument({ title: '', summary: ' ' }),
    /line 21: title and summary are empty/,
    ['documents.jsonl', 21, 'title'],
  ],
  [
    'judgements without queries',
    () => rmSync(join(input, 'queries.jsonl')),
    /has qrels\.txt but no queries file.*Add the other/,
    ['in'],
  ],
  [
    'queries without judgements',
    () => rmSync(join(input, 'qrels.txt')),
    /has a queries file but no qrels\.txt/,
    ['in'],
  ],
  [
    'a query id that is there twice',
    badQuery({ id: 'q0' }),
    /line 7: id "q0" came before/,
    ['queries.jsonl', 7, 'id'],
  ],
  ['a query without text', badQuery({ text: '' }), /line 7: text is empty/, ['queries.jsonl', 7, 'text']],
  [
    'an unknown split',
    badQuery({ split: 'dev' }),
    /line 7: split is dev; wanted train, validation, test, weak or nothing/,
    ['queries.jsonl', 7, 'split'],
  ],
  [
    'a run of three columns',
    () => write('run.txt', 'q0 100 1\n'),
    /run\.txt: 1 of 1 rows.*\n {2}line 1: "q0 100 1" has 3 columns; wanted query Q0 document rank score tag/,
    ['run.txt', 1],
  ],
  [
    'a score that is no number',
    () => write('run.txt', 'q0 Q0 100 1 high es\n'),
    /run\.txt: 1 of 1 rows.*\n {2}line 1: score is high; wanted a number/,
    ['run.txt', 1, 'score'],
  ],
  [
    'a judgement of five columns',
    badJudgement('q0 0 100 1 x'),
    /line 7: "q0 0 100 1 x" has 5 columns; wanted query 0 document grade/,
    ['qrels.txt', 7],
  ],
  [
    'a grade that is no number',
    badJudgement('q0 0 101 good'),
    /line 7: grade is good; wanted a whole number from 0/,
    ['qrels.txt', 7, 'grade'],
  ],
  [
    'a grade of 0.5',
    badJudgement('q0 0 101 0.5'),
    /line 7: grade is 0\.5; wanted a whole number/,
    ['qrels.txt', 7, 'grade'],
  ],
  [
    'a judgement of an unknown query',
    badJudgement('q99 0 100 1'),
    /line 7: query "q99" is not in the queries file/,
    ['qrels.txt', 7, 'query'],
  ],
  [
    'a judgement of an unknown document',
    badJudgement('q0 0 999 1'),
    /line 7: document "999" of query "q0" is not in the corpus/,
    ['qrels.txt', 7, 'document'],
  ],
]

/** what to do is the last thing said */
const REMEDY =
  /\b(Fix|Remove|Rename|Export|Compress|Convert|Decompress|Name|Add|Put)\b[^\n]*$|Put it there\.$|Put them there\./

describe('refuses', () => {
  it('at least forty kinds', () => expect(BAD.length).toBeGreaterThanOrEqual(40))

  it.each(BAD)('%s', async (what, prepare, message, [file, line, column]) => {
    write('documents.jsonl', lines(documents))
    writeJudged()
    await prepare()
    const columns = what.startsWith('a map to')
      ? { clicks: { query: 'suchterm' } }
      : what.startsWith('a map from')
        ? { clicks: { term: 'query' } }
        : {}
    const failure = await run({ ...strict, columns }).catch((error: Error) => error)
    expect(failure).toBeInstanceOf(Error)
    expect((failure as Error).name).toBe('InputError')
    const said = (failure as Error).message.replaceAll(home, '')
    expect(said).toMatch(message)
    expect(said).toContain(file)
    if (line !== undefined) expect(said).toMatch(new RegExp(`\\b(line|row) ${line}: `))
    if (column !== undefined) expect(said).toMatch(new RegExp(`\\b${column}\\b`))
    expect(said).toMatch(REMEDY)
  })
})
