// A team's own first stage: the run of their search engine (Elasticsearch, OpenSearch, Solr, Vespa, Qdrant,
// ...), lexical or dense, as a TREC file or a table. It replaces our BM25, and its tag names the row of the
// report.
import { InputError, type Progress } from '@disranker/stage'
import { type Database, query, queryOne, quote } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import type { InputTable } from '../input/input-files.ts'
import { flattenNested } from '../judgements/nested-judgements.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { type BadRowBound, dropBadRows, type Rule } from '../tables/bad-rows.ts'
import { type Column, idSql } from '../tables/columns.ts'
import { type Loaded, loadTable } from '../tables/table.ts'

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
  /** output path of the run, as TREC */
  readonly file: string
  /** folder for the rows of a nested run */
  readonly scratch: string
}

/** names of other rows of the report */
const TAKEN = /^(teacher.*|bag_of_words|static_bi_encoder|student.*)$/

/**
 * Reads `run` of any form against the tables `queries` and `document_ids`.
 * @returns undefined when there is none
 * @throws {InputError} when it cannot be read, has too many bad rows, or has no query of ours
 */
export async function readImportedRun(
  database: Database,
  input: InputTable | undefined,
  { badRows, depth, file, scratch }: ImportOptions,
  progress: Progress,
): Promise<ImportedRun | undefined> {
  const { connection } = database
  if (input === undefined) return undefined
  const loaded = await loadScoredRows(database, input, scratch, progress)
  await dropBadRows(database, 'run_rows', loaded, SCORED_ROWS, badRows, progress)
  await connection.run(
    sql(new URL('./imported-run.sql', import.meta.url), { depth, key: normalisedSql('text') }),
  )
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
    `COPY (SELECT id || ' Q0 ' || document || ' ' || rank || ' ' || score || ' imported' FROM imported_run ORDER BY ordinal, rank)
      TO ${quote(file)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001')`,
  )
  await connection.run('DROP TABLE run_rows; DROP TABLE imported_run')
  const tag = (name ?? '').replace(/[^\w.@-]/g, '_') || 'first_stage'
  return { name: TAKEN.test(tag) ? `${tag}_run` : tag, queries }
}

/** Makes the table `run_rows` of a TREC run or a table of query, document and score (or rank). */
export async function loadScoredRows(
  database: Database,
  input: InputTable,
  scratch: string,
  progress: Progress,
): Promise<Loaded> {
  const { connection } = database
  const flat = await flattenNested(input, 'score', scratch)
  const loaded = await loadTable(database, 'run_table', flat, COLUMNS, { headerless: [TREC] })
  for (const line of loaded.said) progress.say(line)
  // all rows use one scale: a rank does not replace a missing score
  const { scored } = await queryOne<{ scored: number }>(
    connection,
    'SELECT count(score)::DOUBLE AS scored FROM run_table',
  )
  const [told, score] =
    scored > 0 ? ['score', 'try_cast(score AS DOUBLE)'] : ['"rank"', '-try_cast("rank" AS DOUBLE)']
  await connection.run(`CREATE TABLE run_rows AS SELECT file, line, unreadable, ${idSql('"query"')} AS query,
      ${normalisedSql('"query"')} AS key, ${idSql('document')} AS document, ${told} AS told, ${score} AS score, tag FROM run_table;
    DROP TABLE run_table`)
  return loaded
}

/** a line of TREC's, with the names below; the second field is unused */
const TREC = ['query', 'Q0', 'document', 'rank', 'score', 'tag']

const COLUMNS: readonly Column[] = [
  {
    name: 'query',
    required: true,
    aliases: ['query_id', 'query_text', 'text', 'qid', 'query-id', 'q_id', 'topic'],
  },
  {
    name: 'document',
    required: true,
    aliases: ['doc_id', 'document_id', 'docid', 'docno', 'corpus-id', 'pid', 'id'],
  },
  { name: 'score', required: false, aliases: ['_score', 'sim', 'similarity'] },
  { name: 'rank', required: false, aliases: ['position'] },
  { name: 'tag', required: false, aliases: ['run', 'system', 'run_id'] },
]

/** The problem of a row of it, checked against the table `document_ids`. */
export const SCORED_ROWS: readonly Rule[] = [
  [`query IS NULL OR query = ''`, `'query is empty'`],
  [`document IS NULL OR document = ''`, `'document is empty'`],
  [
    `score IS NULL OR NOT isfinite(score)`,
    `'score is ' || coalesce(left(told, 50), 'missing') || '; wanted a number'`,
  ],
  [
    `NOT EXISTS (SELECT 1 FROM document_ids WHERE document_ids.id = run_rows.document)`,
    `'document "' || left(document, 100) || '" is not in the corpus'`,
  ],
]

/**
 * The queries that the run lacks, by split: validation and test queries then have nothing to rerank, train
 * queries get BM25.
 */
async function sayMissing({ connection }: Database, { path }: InputTable, progress: Progress): Promise<void> {
  const missing = await query<{ split: string; queries: number; some: string[] }>(
    connection,
    `SELECT split, count(*)::DOUBLE AS queries, string_agg(id, ', ' ORDER BY ordinal) FILTER (n <= 5) AS some FROM (
      SELECT id, split, ordinal, row_number() OVER (PARTITION BY split ORDER BY ordinal) AS n FROM queries
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
