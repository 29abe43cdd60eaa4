// Which file is which in a folder that a person filled: a table is one file or a folder of shards, of any form that search
// teams export, compressed or not. Two files for one table are an error: nobody could say which one counted.
import { createReadStream, type Dirent, existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { InputError } from '@disranker/stage'

export type Form = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet' | 'text'

export interface InputTable {
  /** the file, or the folder of shards, as a person knows it */
  readonly path: string
  /** in order of their names */
  readonly files: readonly string[]
  readonly form: Form
  /** the table of a person that the rows were made of: their columns origin_file and origin_line say where */
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
/** what a message names */
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
  // a file of the right name and an unknown ending is better refused than passed over
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

/** what a file's ending says of how it is compressed */
export const compressionOf = (file: string): 'gzip' | 'zstd' | 'none' =>
  /\.gz$/i.test(file) ? 'gzip' : /\.zst$/i.test(file) ? 'zstd' : 'none'

/**
 * What an entry is, and for a link what it leads to.
 * @throws {InputError} when it leads nowhere
 */
function kindOf(entry: Dirent, path: string): 'file' | 'folder' {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : 'file'
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    throw new InputError(
      `${path} cannot be read: it is a link, and what it leads to is not there (${(error as NodeJS.ErrnoException).code}). Wanted: a file or a folder. Put the file there, or remove the link.`,
      { cause: error },
    )
  }
}

/** The files below a folder, links followed. */
function* filesBelow(folder: string, above: readonly string[] = []): Generator<string> {
  // a link may lead back to where it lies
  const real = realpathSync(folder)
  if (above.includes(real)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    // engines leave _SUCCESS and ._crc beside their parts
    if (/^[._]/.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (kindOf(entry, path) === 'folder') yield* filesBelow(path, [...above, real])
    else yield path
  }
}

function openFile(path: string, forms: readonly Form[]): InputTable {
  const form = formOf(path)
  if (form === undefined || !forms.includes(form))
    throw new InputError(
      `${path} has an ending that says nothing known. Wanted: ${FORM_NAMES}. Export it as one of these, or rename it.`,
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

const PEEK = 65_536 // bytes

/**
 * The first text of a file, decompressed; a byte order mark is taken off.
 * @throws {InputError} when it is empty, is no UTF-8 by its mark, or is not compressed as its ending says
 */
export async function peek(file: string): Promise<string> {
  if (statSync(file).size === 0)
    throw new InputError(`${file} is empty. Wanted: a file with rows. Export it again, or remove it.`)
  const parts: Uint8Array[] = []
  let length = 0
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const part of source) {
      parts.push(part)
      length += part.length
      if (length >= PEEK) return
    }
  }
  const bytes = createReadStream(file, { end: compressionOf(file) !== 'none' ? 1_048_576 : PEEK })
  try {
    if (compressionOf(file) === 'gzip') await pipeline(bytes, createGunzip(), collect)
    else if (compressionOf(file) === 'zstd') await pipeline(bytes, createZstdDecompress(), collect)
    else await pipeline(bytes, collect)
  } catch (error) {
    // a cut at the end of what was read is our own
    if (length === 0)
      throw new InputError(
        `${file} cannot be decompressed: ${(error as Error).message}. Wanted: a whole ${compressionOf(file)} file. Compress it again, or take the ending off if it is none.`,
        { cause: error },
      )
  }
  const start = Buffer.concat(parts).subarray(0, PEEK)
  if (
    start.length >= 2 &&
    ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
  )
    throw new InputError(`${file} is UTF-16. Wanted: UTF-8. Convert it: iconv -f UTF-16 -t UTF-8.`)
  return start.toString('utf8').replace(/^\ufeff/, '')
}
