// Writes documents to the store from which a Worker reads them (src/documents/document-store.ts), through its
// binding.
import { DOCUMENTS_TABLE, documentKey, documentMetadata } from '../../src/documents/document-store.ts'
import type { StoredVector } from '../../src/documents/stored-vector.ts'
import type { DocumentLine } from './document-lines.ts'

/** kind -> the binding DOCUMENTS of a store with this id or name */
export const STORES = {
  kv: (id: string) => ({ type: 'kv_namespace' as const, id }),
  r2: (bucket_name: string) => ({ type: 'r2_bucket' as const, bucket_name }),
  d1: (database_id: string) => ({ type: 'd1' as const, database_name: database_id, database_id }),
}
export type StoreKind = keyof typeof STORES

/** A document as it is stored: with its vector if it has one. */
export interface WrittenDocument extends DocumentLine {
  readonly vector?: StoredVector | undefined
}

export interface DocumentWriter {
  /** Creates what the first document needs, such as a table. */
  prepare(): Promise<void>
  put(documents: readonly WrittenDocument[]): Promise<void>
  remove(documents: readonly DocumentLine[]): Promise<void>
}

/** The record that is stored under an id. */
function recordOf({ document, vector }: WrittenDocument): string {
  if (vector === undefined) return JSON.stringify(document)
  return JSON.stringify(typeof document === 'string' ? { text: document, vector } : { ...document, vector })
}

/** number of concurrent writes */
const ABREAST = 50

interface Keyed {
  put(key: string, value: string, options?: { readonly customMetadata: object }): Promise<unknown>
  delete(key: string): Promise<unknown>
}
interface Database {
  prepare(query: string): { bind(...values: string[]): object; run(): Promise<unknown> }
  batch(statements: readonly object[]): Promise<unknown>
}

export function documentWriter(kind: StoreKind, binding: unknown): DocumentWriter {
  return kind === 'd1' ? intoDatabase(binding as Database) : intoKeys(kind, binding as Keyed)
}

const intoKeys = (kind: 'kv' | 'r2', store: Keyed): DocumentWriter => ({
  prepare: async () => {},
  put: (documents) =>
    abreast(documents, (document) => {
      const record = recordOf(document)
      const options = kind === 'r2' ? { customMetadata: documentMetadata(record) } : undefined
      return store.put(documentKey(document.id), record, options)
    }),
  remove: (documents) => abreast(documents, ({ id }) => store.delete(documentKey(id))),
})

function intoDatabase(database: Database): DocumentWriter {
  const put = 'INSERT OR REPLACE INTO documents (id, document) VALUES (?, ?)'
  return {
    async prepare() {
      await database.prepare(DOCUMENTS_TABLE).run()
    },
    async put(documents) {
      const statement = database.prepare(put)
      await database.batch(documents.map((document) => statement.bind(document.id, recordOf(document))))
    },
    async remove(documents) {
      const statement = database.prepare('DELETE FROM documents WHERE id = ?')
      await database.batch(documents.map(({ id }) => statement.bind(id)))
    },
  }
}

async function abreast<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: ABREAST }, worker))
}
