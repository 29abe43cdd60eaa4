// Rows that are not a log, a corpus or judgements.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { clicks, documents, input, lines, queries, write } from './shop.ts'

/** the error must name these: the file or the folder, the line or row if there is one, the wrong column */
type At = readonly [file: string, line?: number | undefined, column?: string]

export type BadInput = readonly [what: string, prepare: () => void | Promise<void>, message: RegExp, at: At]

export const good = clicks[0]!
export const badRow = (changes: object) => () =>
  write('clicks.jsonl', lines([...clicks, { ...good, ...changes }]))
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

export const BAD_CONTENT: readonly BadInput[] = [
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
