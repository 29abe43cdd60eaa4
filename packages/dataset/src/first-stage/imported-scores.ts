// Scores of candidates that were made elsewhere: a TREC run, or a table with query, document and score. They
// are checked against the output of the pairs stage, and returned as one run for each split.
import { join } from 'node:path'
import { InputError, type Progress } from '@disranker/stage'
import { openDatabase, query, queryOne, quote } from '../database/database.ts'
import { sql } from '../database/sql.ts'
import { findTable } from '../input/input-files.ts'
import { normalisedSql } from '../records/normalise-query.ts'
import { SPLITS } from '../records/read-pairs.ts'
import type { Split } from '../records/records.ts'
import { type BadRowBound, dropBadRows, type Rule } from '../tables/bad-rows.ts'
import { loadScoredRows, SCORED_ROWS } from './imported-run.ts'

export interface ImportScoresOptions {
  /** folder of the file */
  readonly folder: string
  /** its name without extension: `scores` of scores.run, scores.jsonl.gz, scores.parquet or a folder scores/ */
  readonly name: string
  /** folder of the pairs stage */
  readonly pairs: string
  /** output folder of the runs, also for spilled data of the database */
  readonly scratch: string
  /** allowed number of unknown or broken rows: they are named and left out */
  readonly badRows: BadRowBound
  readonly progress: Progress
  readonly signal?: AbortSignal
}

export interface ImportedScores {
  /** a TREC run for each split */
  readonly files: Readonly<Record<Split, string>>
  /** the file, or folder, under the name that the user gave */
  readonly path: string
}

/** @throws {InputError} when the file is missing, cannot be read, or has too many rows of unknown queries or documents */
export async function importScores(options: ImportScoresOptions): Promise<ImportedScores> {
  const { folder, name, pairs, scratch, badRows, progress, signal } = options
  const input = findTable(folder, [name], ['text', 'parquet', 'csv', 'tsv', 'jsonl', 'json'])
  if (input === undefined)
    throw new InputError(
      `${folder} has no file ${name}. Wanted: ${name}.run, .txt or .trec (query Q0 document rank score tag), or ${name}.jsonl, .csv, .tsv or .parquet with query, doc_id and score.`,
    )
  const database = await openDatabase(scratch, { memory: '2GB', progress, ...(signal && { signal }) })
  try {
    const { connection } = database
    const records = (file: string, columns: string) =>
      `read_json(${quote(join(pairs, file))}, columns = {${columns}}, format = 'newline_delimited', maximum_object_size = 16777216)`
    await connection.run(`CREATE TABLE document_ids AS SELECT id FROM ${records('documents.jsonl', "id: 'VARCHAR'")};
      CREATE TABLE queries AS SELECT id, split, row_number() OVER () AS ordinal, ${normalisedSql('text')} AS key
        FROM ${records('queries.jsonl', "id: 'VARCHAR', text: 'VARCHAR', split: 'VARCHAR'")}`)
    const loaded = await loadScoredRows(database, input, scratch, progress)
    await dropBadRows(database, 'run_rows', loaded, [...SCORED_ROWS, ...UNKNOWN], badRows, progress)
    await connection.run(sql(new URL('./imported-scores.sql', import.meta.url)))
    await sayTwice(database, input.path, progress)
    const files = Object.fromEntries(
      SPLITS.map((split) => [split, join(scratch, `${name}-${split}.imported.run`)]),
    ) as Record<Split, string>
    for (const split of SPLITS)
      await connection.run(`COPY (SELECT id || ' Q0 ' || document || ' ' || row_number() OVER (PARTITION BY id ORDER BY score DESC, document DESC) || ' ' ||
          score || ' imported' FROM imported_scores WHERE split = '${split}' ORDER BY ordinal, score DESC, document DESC)
        TO ${quote(files[split])} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001')`)
    return { files, path: input.path }
  } finally {
    database.close()
  }
}

const UNKNOWN: readonly Rule[] = [
  [
    `NOT EXISTS (SELECT 1 FROM queries WHERE queries.id = run_rows.query OR queries.key = run_rows.key)`,
    `'query "' || left(query, 100) || '" is not among the queries of the pairs stage'`,
  ],
]

/** If a pair is in the file twice, its last row counts. */
async function sayTwice(
  { connection }: Awaited<ReturnType<typeof openDatabase>>,
  path: string,
  progress: Progress,
): Promise<void> {
  const { rows, kept } = await queryOne<{ rows: number; kept: number }>(
    connection,
    `SELECT (SELECT count(*) FROM run_rows)::DOUBLE AS rows, (SELECT count(*) FROM imported_scores)::DOUBLE AS kept`,
  )
  if (rows <= kept) return
  const shown = await query<{ query: string; document: string }>(
    connection,
    `SELECT query, document FROM run_rows GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 3`,
  )
  const names = shown.map(({ query, document }) => `${query} and ${document}`).join(', ')
  progress.say(
    `${path}: has ${rows - kept} rows for pairs that come again (${names}, ...): the last one counts.`,
  )
}
