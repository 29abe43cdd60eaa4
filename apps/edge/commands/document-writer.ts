// Puts documents where a Worker reads them (src/documents/document-store.ts), through the binding that it has.
import { DOCUMENTS_TABLE, documentKey } from '../src/documents/document-store.ts'
import type { StoredVector } from '../src/documents/stored-vector.ts'
import type { DocumentLine } from './document-lines.ts'

/** kind -> the binding DOCUMENTS, as wrangler.jsonc has it */
export const STORES = {
  kv: (id: string) => ({ kv_namespaces: [{ binding: 'DOCUMENTS', id }] }),
  r2: (bucket_name: string) => ({ r2_buckets: [{ binding: 'DOCUMENTS', bucket_name }] }),
  d1: (database_id: string) => ({
    d1_databases: [{ binding: 'DOCUMENTS', database_name: database_id, database_id }],
  }),
} as const
export type StoreKind = keyof typeof STORES

/** A document as it is kept: with its vector where one was made. */
export interface WrittenDocument extends DocumentLine {
  readonly vector?: StoredVector | undefined
}

export interface DocumentWriter {
  /** Makes what has to be there before the first document. */
  prepare(): Promise<void>
  put(documents: readonly WrittenDocument[]): Promise<void>
  remove(documents: readonly DocumentLine[]): Promise<void>
}

/** What stands under an id. */
export function recordOf({ document, vector }: WrittenDocument): string {
  if (vector === undefined) return JSON.stringify(document)
  return JSON.stringify(typeof document === 'string' ? { text: document, vector } : { ...document, vector })
}

/** writes that are under way at a time */
const ABREAST = 16

interface Keyed {
  put(key: string, value: string): Promise<unknown>
  delete(key: string): Promise<unknown>
}
interface Database {
  prepare(query: string): { bind(...values: string[]): object; run(): Promise<unknown> }
  batch(statements: readonly object[]): Promise<unknown>
}

export function documentWriter(kind: StoreKind, binding: unknown): DocumentWriter {
  return kind === 'd1' ? intoDatabase(binding as Database) : intoKeys(binding as Keyed)
}

const intoKeys = (store: Keyed): DocumentWriter => ({
  prepare: async () => {},
  put: (documents) =>
    abreast(documents, (document) => store.put(documentKey(document.id), recordOf(document))),
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
