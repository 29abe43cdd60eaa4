// Sorts all files of the user's folder: the table that each belongs to, and the files that belong to none.
// Every file is read or reported; if a list of sessions to forget cannot be read, the stage stops.
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '@disranker/stage'
import { FORM_NAMES, type Form, findTable, type InputTable } from './input-files.ts'

/** forms that have columns */
const ROWS: readonly Form[] = ['csv', 'tsv', 'jsonl', 'json', 'parquet']

interface Role {
  /** names without ending */
  readonly stems: readonly string[]
  readonly forms: readonly Form[]
}

const ROLES = {
  clicks: { stems: ['clicks', 'clicks.simulated'], forms: ROWS },
  ubi: { stems: ['ubi', 'ubi_queries_events'], forms: ROWS },
  ubiQueries: { stems: ['ubi_queries'], forms: ROWS },
  ubiEvents: { stems: ['ubi_events'], forms: ROWS },
  views: { stems: ['views'], forms: ['parquet'] },
  documents: { stems: ['documents', 'corpus', 'collection'], forms: ROWS },
  queries: { stems: ['queries', 'topics'], forms: ROWS },
  qrels: { stems: ['qrels', 'judgements', 'judgments'], forms: [...ROWS, 'text'] },
  run: { stems: ['run'], forms: [...ROWS, 'text'] },
  forget: { stems: ['forget'], forms: [...ROWS, 'text'] },
  stopwords: { stems: ['stopwords'], forms: ['text'] },
  synonyms: { stems: ['synonyms'], forms: ['text'] },
} as const satisfies Record<string, Role>

export type InputFolder = { readonly [Name in keyof typeof ROLES]: InputTable | undefined } & {
  readonly path: string
  /** names of files and folders that belong to no table */
  readonly unread: readonly string[]
}

/** documentation files, which are not reported */
const SILENT = /^(readme(\.\w+)?|attribution\.txt|manifest\.json|licen[cs]e(\.\w+)?)$/i

/**
 * Classifies every entry of the folder.
 * @throws {InputError} when it does not exist, two files claim one table, a table has no known form or cannot
 * be opened, or a file that seems to list sessions to forget cannot be read
 */
export function findInput(path: string): InputFolder {
  if (!existsSync(path))
    throw new InputError(
      `${path} is not there. Wanted: a folder with clicks, documents and, if there are any, judgements. Put them there.`,
    )
  const tables = Object.fromEntries(
    Object.entries<Role>(ROLES).map(([name, { stems, forms }]) => [name, findTable(path, stems, forms)]),
  ) as { [Name in keyof typeof ROLES]: InputTable | undefined }
  const claimed = new Set(
    Object.values(tables).flatMap((table) => (table === undefined ? [] : [basename(table.path)])),
  )
  const unread = readdirSync(path)
    .filter((name) => !name.startsWith('.') && !SILENT.test(name) && !claimed.has(name))
    .sort()
  const lost = unread.find((name) => /forget/i.test(name))
  if (lost !== undefined)
    throw new InputError(
      `${join(path, lost)} is not read, and its name says that it lists sessions to forget. Wanted: one file forget.txt with an id a line, or forget with a column session_id as ${FORM_NAMES}. Rename or remove it.`,
    )
  return { path, ...tables, unread }
}

export const tablesOf = (input: InputFolder): InputTable[] =>
  (Object.keys(ROLES) as (keyof typeof ROLES)[]).flatMap((name) => input[name] ?? [])

/** Messages about the files that are not read, one sentence each. */
export const explainUnread = ({ path, unread }: InputFolder): string[] =>
  unread.map((name) => `${join(path, name)} is not read: ${hintFor(name)}`)

function hintFor(name: string): string {
  const near = Object.values<Role>(ROLES)
    .flatMap(({ stems }) => stems)
    .find((stem) => name.toLowerCase().startsWith(stem))
  return near === undefined
    ? `no table has that name. Tables: ${Object.values<Role>(ROLES)
        .map(({ stems }) => stems[0])
        .join(', ')}. Rename it, or remove it.`
    : `its name is not ${near} with a known ending. Rename it to ${near}.<ending>, put the parts of one table into a folder ${near}/, or remove it.`
}
