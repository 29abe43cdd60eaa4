// This machine's own copy of KV or R2, filled directly: the simulator writes some 100 keys a second, a file, a transaction and a sync for
// each. The first document must have been written through it, so that its tables are there.
import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type DocumentWriter, documentWriter } from '@disranker/edge/document-writer'

export interface FilledStore extends Pick<DocumentWriter, 'put'> {
  close(): void
}

/** Where miniflare keeps each kind, and the table of its keys. */
const PLACES = {
  kv: { folder: 'kv', objects: 'miniflare-KVNamespaceObject', table: '_mf_entries' },
  r2: { folder: 'r2', objects: 'miniflare-R2BucketObject', table: '_mf_objects' },
} as const

/**
 * @param folder that the store is kept in
 * @param name of the namespace or the bucket
 * @throws {Error} nothing was written to it before
 */
export function fillStore(kind: keyof typeof PLACES, folder: string, name: string): FilledStore {
  const place = PLACES[kind]
  const home = join(folder, 'v3', place.folder)
  const [file] = readdirSync(join(home, place.objects)).filter((one) => /^[0-9a-f]{64}\.sqlite$/.test(one))
  if (file === undefined) throw new Error(`${home} has no database of ${name}: write one document first.`)
  const database = new DatabaseSync(join(home, place.objects, file))
  const columns = kind === 'kv' ? [] : ['size', 'custom_metadata']
  // all else as the first document has it
  const rest = database
    .prepare(`SELECT name FROM pragma_table_info('${place.table}')`)
    .all()
    .map((column) => String(column.name))
    .filter((column) => !['key', 'blob_id', ...columns].includes(column))
  const insert = database.prepare(
    `INSERT OR REPLACE INTO ${place.table} (key, blob_id, ${[...columns, ...rest].join(', ')})
     SELECT ${['?', '?', ...columns.map(() => '?'), ...rest].join(', ')} FROM ${place.table} LIMIT 1`,
  )
  const binding = {
    async put(key: string, value: string, options?: { readonly customMetadata: object }) {
      const blob = randomBytes(40).toString('hex')
      writeFileSync(join(home, name, 'blobs', blob), value)
      const more =
        kind === 'kv' ? [] : [Buffer.byteLength(value), JSON.stringify(options?.customMetadata ?? {})]
      insert.run(key, blob, ...more)
    },
  }
  const writer = documentWriter(kind, binding)
  return {
    async put(documents) {
      database.exec('BEGIN')
      await writer.put(documents)
      database.exec('COMMIT')
    },
    close: () => database.close(),
  }
}
