// Records that Cloudflare Pipelines, or any other writer, stores as Iceberg tables: in a folder, in a bucket,
// or in a REST catalogue such as R2 Data Catalog.
import { InputError } from '@disranker/stage'
import type { TableMetadata } from 'icebird/src/types.js'
import { icebergFiles, type ReadFile } from './iceberg-files.ts'
import type { RecordSource } from './record-source.ts'

export interface OpenedTable {
  readonly metadata: TableMetadata
  readonly read: ReadFile
}

export interface IcebergCatalogue {
  /** for messages; without credentials */
  readonly name: string
  /** @returns undefined if it has no table of that name */
  open(table: string): Promise<OpenedTable | undefined>
}

const TABLES = ['ubi_queries', 'ubi_events']

export function icebergSource(catalogue: IcebergCatalogue): RecordSource {
  const reads = new Map<string, () => Promise<AsyncIterable<Uint8Array>>>()
  return {
    name: catalogue.name,
    // a compaction writes the rows of many files into one
    rewrites: true,
    async *list(since) {
      for (const table of TABLES) {
        const opened = await catalogue.open(table)
        if (opened === undefined) continue
        const { metadata, read } = opened
        for (const { path, bytes } of await icebergFiles(
          `${catalogue.name} ${table}`,
          metadata,
          read,
          since,
        )) {
          const name = `${table}/${path.split('/').at(-1)}`
          reads.set(name, () => read(path))
          // a data file never changes
          yield { name, tag: `${bytes}` }
        }
      }
    },
    async read({ name }) {
      return reads.get(name)!()
    },
  }
}

/** A file store, with files by names below its root. */
export interface TableFiles {
  readonly name: string
  list(folder: string): AsyncIterable<string>
  get(name: string): Promise<AsyncIterable<Uint8Array>>
}

/**
 * Tables below one folder or prefix, each in a folder of its name; of several metadata files the one with the
 * highest number counts.
 */
export const icebergFolder = (files: TableFiles): IcebergCatalogue => ({
  name: files.name,
  async open(table) {
    let newest: { readonly name: string; readonly number: number } | undefined
    for await (const name of files.list(`${table}/metadata`)) {
      // `00003-<uuid>.metadata.json`, or `v3.metadata.json`
      const number = Number(/(?:^|\/)v?(\d+)(?:-[^/]*)?\.metadata\.json$/.exec(name)?.[1])
      if (number > (newest?.number ?? -1)) newest = { name, number }
    }
    if (newest === undefined) return undefined
    const metadata = await readJson<TableMetadata>(await files.get(newest.name))
    const { location } = metadata
    return {
      metadata,
      read(path) {
        // the folder may have been moved since the table was written
        if (path.startsWith(`${location}/`)) return files.get(`${table}/${path.slice(location.length + 1)}`)
        throw new InputError(
          `${files.name} ${table} has a file outside of its folder: ${path}. Wanted: all files below ${location}.`,
        )
      },
    }
  },
})

async function readJson<Value>(parts: AsyncIterable<Uint8Array>): Promise<Value> {
  const texts: Uint8Array[] = []
  for await (const part of parts) texts.push(part)
  return JSON.parse(Buffer.concat(texts).toString()) as Value
}
