// Maps the files of a user's folder to tables: a table is one file or a folder of shards, of any form that
// search engines export, compressed or not. Two files for one table are an error, because the choice would be
// arbitrary.
import { type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { InputError } from '@disranker/stage'

export type Form = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet' | 'text'

export interface InputTable {
  /** the file, or the folder of shards, under the user's name for it */
  readonly path: string
  /** sorted by name */
  readonly files: readonly string[]
  readonly form: Form
  /** the source table of these rows: their columns origin_file and origin_line give the location */
  readonly origin?: InputTable
}

const FORMS: Readonly<Record<string, Form>> = {
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  parquet: 'parquet',
  pq: 'parquet',
  txt: 'text',
  trec: 'text',
  run: 'text',
  qrels: 'text',
}
/** the name for messages */
export const FORM_NAMES = '.jsonl, .ndjson, .json, .csv, .tsv or .parquet, each but Parquet also .gz or .zst'

/** The table of one of the given stems, or undefined. @throws {InputError} when there are several, or it has no known form */
export function findTable(
  folder: string,
  stems: readonly string[],
  forms: readonly Form[] = ['csv', 'tsv', 'jsonl', 'json', 'parquet'],
): InputTable | undefined {
  if (!existsSync(folder)) return undefined
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'))
  const named = entries.filter(({ name }) => stems.includes(stemOf(name)))
  // refuse a file of the right name with an unknown extension instead of skipping it
  const almost = entries.filter(({ name }) => stems.includes(name.toLowerCase().split('.')[0]!))
  const found = (named.length > 0 ? named : almost)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const path = join(folder, entry.name)
      return kindOf(entry, path) === 'folder' ? openShards(path, forms) : openFile(path, forms)
    })
  if (found.length > 1)
    throw new InputError(
      `${folder} has ${found.length} tables for one thing: ${found.map(({ path }) => basename(path)).join(', ')}. Wanted: one file, or one folder ${stems[0]}/ with all parts of it. Remove the others, or move the parts into ${stems[0]}/.`,
    )
  return found[0]
}

const bareOf = (name: string) => name.toLowerCase().replace(/\.(gz|zst)$/, '')

/** `Clicks.simulated.CSV.gz` -> `clicks.simulated` */
function stemOf(name: string): string {
  const bare = bareOf(name)
  const ending = bare.split('.').at(-1)!
  return bare.includes('.') && ending in FORMS ? bare.slice(0, -ending.length - 1) : bare
}

const formOf = (name: string): Form | undefined => FORMS[bareOf(name).split('.').at(-1)!]

/** the compression that a file's extension names */
export const compressionOf = (file: string): 'gzip' | 'zstd' | 'none' =>
  /\.gz$/i.test(file) ? 'gzip' : /\.zst$/i.test(file) ? 'zstd' : 'none'

/**
 * The kind of an entry, or of a link's target.
 * @throws {InputError} when the target of a link does not exist
 */
function kindOf(entry: Dirent, path: string): 'file' | 'folder' {
  if (entry.isDirectory()) return 'folder'
  if (!entry.isSymbolicLink()) return 'file'
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    throw new InputError(
      `${path} cannot be read: it is a link, and what it leads to is not there (${(error as NodeJS.ErrnoException).code}). Wanted: a file or a folder. Put the file there, or remove the link.`,
      { cause: error },
    )
  }
}

/** The files below a folder; links are followed. */
function* filesBelow(folder: string, above: readonly string[] = []): Generator<string> {
  // a link may lead back to a parent folder
  const real = realpathSync(folder)
  if (above.includes(real)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    // engines write _SUCCESS and ._crc next to their parts
    if (/^[._]/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (kindOf(entry, path) === 'folder') yield* filesBelow(path, [...above, real])
    else yield path
  }
}

function openFile(path: string, forms: readonly Form[]): InputTable {
  const bare = !basename(path).includes('.') && forms.includes('text')
  const form = bare ? 'text' : formOf(basename(path))
  if (form === undefined || !forms.includes(form))
    throw new InputError(
      `${path} has an ending that says nothing known. Wanted: ${forms.includes('text') ? '.txt, .trec, ' : ''}${forms.length === 1 ? '.parquet' : FORM_NAMES}. Export it as one of these, or rename it.`,
    )
  if (form === 'parquet' && compressionOf(path) !== 'none')
    throw new InputError(
      `${path} is a compressed Parquet file, which nothing can read in parts: Parquet compresses inside. Decompress it (gzip -d or zstd -d) and leave the .parquet file.`,
    )
  return { path, files: [path], form }
}

function openShards(path: string, forms: readonly Form[]): InputTable {
  const names = [...filesBelow(path)].sort()
  if (names.length === 0)
    throw new InputError(
      `${path} is an empty folder. Wanted: files, each ${FORM_NAMES}. Put them there, or remove the folder.`,
    )
  const tables = names.map((name) => openFile(name, forms))
  const form = tables[0]!.form
  const other = tables.find((table) => table.form !== form)
  if (other !== undefined)
    throw new InputError(
      `${path} has files of two forms: ${basename(names[0]!)} and ${basename(other.path)}. Wanted: one form in a folder. Convert or remove the others.`,
    )
  return { path, files: names, form }
}
