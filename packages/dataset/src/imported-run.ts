// A team's own first stage: the run that their search engine gives (Elasticsearch, OpenSearch, Solr, Vespa, Qdrant, ...),
// lexical or dense, as a TREC file or a table. It takes the place of our BM25, and its tag names the row of the report.
import { InputError, type Progress } from '@disranker/stage'
import { type BadRowBound, dropBadRows, type Rule } from './bad-rows.ts'
import { idSql } from './columns.ts'
import { type Database, query, queryOne, quote } from './database.ts'
import type { InputTable } from './input-files.ts'
import { normalisedSql } from './normalise-query.ts'
import { sql } from './sql.ts'
import { loadTable } from './table.ts'

export interface ImportedRun {
  /** the run's tag */
  readonly name: string
  /** queries of ours that it has */
  readonly queries: number
}

export interface ImportOptions {
  readonly badRows: BadRowBound
  /** documents kept of a query */
  readonly depth: number
  /** where the run goes, as TREC */
  readonly file: string
}

/** names that other rows of the report have */
const TAKEN = /^(teacher.*|bag_of_words|towers|student.*)$/

/**
 * Reads `run` of any form against the tables `queries` and `document_ids`.
 * @returns undefined when there is none
 * @throws {InputError} when it cannot be read, has too many bad rows, or knows no query of ours
 */
export async function readImportedRun(
  database: Database,
  input: InputTable | undefined,
  { badRows, depth, file }: ImportOptions,
  progress: Progress,
): Promise<ImportedRun | undefined> {
  const { connection } = database
  if (input === undefined) return undefined
  await loadScoredRows(database, input, progress)
  await dropBadRows(
    database,
    'run_rows',
    { input, rows: 0, columns: new Set(), said: [] },
    SCORED_ROWS,
    badRows,
    progress,
  )
  await connection.run(sql('imported-run', { depth, key: normalisedSql('text') }))
  const { name, queries, asked } = await queryOne<{ name: string | null; queries: number; asked: number }>(
    connection,
    `SELECT mode(tag) AS name, count(DISTINCT id)::DOUBLE AS queries,
      (SELECT count(DISTINCT query) FROM run_rows)::DOUBLE AS asked FROM imported_run`,
  )
  if (queries === 0)
    throw new InputError(
      `${input.path} has ${asked} queries, none of which the log or the judgements have. Wanted: the ids of the queries file, or the queries' texts in a column "query" of a table (run.parquet).`,
    )
  await sayMissing(database, input, progress)
  await connection.run(
    `COPY (SELECT id || ' Q0 ' || document || ' ' || rank || ' ' || score || ' imported' FROM imported_run ORDER BY place, rank)
      TO ${quote(file)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001')`,
  )
  await connection.run('DROP TABLE run_rows; DROP TABLE imported_run')
  const tag = (name ?? '').replace(/[^\w.@-]/g, '_') || 'first_stage'
  return { name: TAKEN.test(tag) ? `${tag}_run` : tag, queries }
}

/** Makes the table `run_rows` of a TREC run or a table of query, document and score (or rank). */
export const loadScoredRows = (database: Database, input: InputTable, progress: Progress): Promise<void> =>
  input.form === 'text' ? loadTrec(database, input) : loadRows(database, input, progress)

/** What is wrong with a row of it, against the table `document_ids`. */
export const SCORED_ROWS: readonly Rule[] = [
  [
    'columns <> 6',
    `'"' || left(text, 100) || '" has ' || columns || ' columns; wanted query Q0 document rank score tag'`,
  ],
  [`query IS NULL OR query = ''`, `'query is empty'`],
  [`document IS NULL OR document = ''`, `'doc_id is empty'`],
  [
    `score IS NULL OR NOT isfinite(score)`,
    `'score is ' || coalesce(left(told, 50), 'missing') || '; wanted a number'`,
  ],
  [
    `NOT EXISTS (SELECT 1 FROM document_ids WHERE document_ids.id = run_rows.document)`,
    `'document "' || left(document, 100) || '" is not in the corpus'`,
  ],
]

/** TREC: query Q0 document rank score tag. */
async function loadTrec({ connection }: Database, input: InputTable): Promise<void> {
  await connection.run(`CREATE TABLE run_rows (file INTEGER, line BIGINT, unreadable VARCHAR, text VARCHAR, columns INTEGER,
    query VARCHAR, key VARCHAR, document VARCHAR, told VARCHAR, score DOUBLE, tag VARCHAR)`)
  for (const [index, file] of input.files.entries())
    await connection.run(`INSERT INTO run_rows
      SELECT ${index}, line, NULL, text, len(parts), ${idSql('parts[1]')}, NULL, ${idSql('parts[3]')},
        parts[5], try_cast(parts[5] AS DOUBLE), parts[6] FROM (
        SELECT line, text, string_split_regex(trim(text, ' \t\r\ufeff'), '[ \t]+') AS parts FROM (
          SELECT row_number() OVER () AS line, text FROM read_csv(${quote(file)}, columns = {'text': 'VARCHAR'},
            header = false, auto_detect = false, delim = '\u0001', quote = '', escape = '', max_line_size = 1048576)))
      WHERE trim(text, ' \t\r\ufeff') <> ''`)
}

async function loadRows(database: Database, input: InputTable, progress: Progress): Promise<void> {
  const { connection } = database
  const loaded = await loadTable(database, 'run_table', input, [
    {
      name: 'query',
      required: true,
      aliases: ['query_id', 'query_text', 'text', 'qid', 'query-id', 'q_id', 'topic'],
    },
    {
      name: 'doc_id',
      required: true,
      aliases: ['document', 'document_id', 'docid', 'docno', 'corpus-id', 'pid', 'id'],
    },
    { name: 'score', required: false, aliases: ['_score', 'sim', 'similarity'] },
    { name: 'rank', required: false, aliases: ['position'] },
    { name: 'tag', required: false, aliases: ['run', 'system', 'run_id'] },
  ])
  for (const line of loaded.said) progress.say(line)
  // one scale for all rows: a rank does not stand in for the score that a row lacks
  const { scored } = await queryOne<{ scored: number }>(
    connection,
    'SELECT count(score)::DOUBLE AS scored FROM run_table',
  )
  const [told, score] =
    scored > 0 ? ['score', 'try_cast(score AS DOUBLE)'] : ['"rank"', '-try_cast("rank" AS DOUBLE)']
  await connection.run(`CREATE TABLE run_rows AS SELECT file, line, unreadable, NULL::VARCHAR AS text, 6 AS columns,
      ${idSql('"query"')} AS query, ${normalisedSql('"query"')} AS key, ${idSql('doc_id')} AS document,
      ${told} AS told, ${score} AS score, tag FROM run_table;
    DROP TABLE run_table`)
}

/** The queries that the run lacks, by split: what is measured on has nothing to rerank then, what is learned from has BM25. */
async function sayMissing({ connection }: Database, { path }: InputTable, progress: Progress): Promise<void> {
  const missing = await query<{ split: string; queries: number; some: string[] }>(
    connection,
    `SELECT split, count(*)::DOUBLE AS queries, string_agg(id, ', ' ORDER BY place) FILTER (n <= 5) AS some FROM (
      SELECT id, split, place, row_number() OVER (PARTITION BY split ORDER BY place) AS n FROM queries
      WHERE id IN (SELECT query FROM judgements) AND id NOT IN (SELECT id FROM imported_run))
    GROUP BY split ORDER BY split`,
  )
  for (const { split, queries, some } of missing) {
    const then =
      split === 'train' || split === 'weak'
        ? 'BM25 finds their candidates'
        : 'they have nothing to rerank and count 0 in every row'
    progress.say(
      `${path}: has no row for ${queries} judged ${split} queries (${some}${queries > 5 ? ', ...' : ''}): ${then}.`,
    )
  }
}
