// The store of published documents: a KV namespace, an R2 bucket or a D1 database, bound to the Worker as
// DOCUMENTS. All three have one JSON text for each document, under its id. D1 reads a hundred ids with one
// query, KV some keys with one call; R2 reads one with one call, and returns a document that fits into the
// metadata of its object without a read of the object itself.
import { ApiError } from '../api-error.ts'

/** The used part of a KV namespace. */
export interface DocumentsKv {
  get(keys: string[]): Promise<ReadonlyMap<string, string | null>>
  getWithMetadata: unknown
}
/** The used part of an R2 bucket. */
export interface DocumentsR2 {
  head(key: string): Promise<{ readonly customMetadata?: Readonly<Record<string, string>> } | null>
  get(key: string): Promise<{ text(): Promise<string> } | null>
}
/** The used part of a D1 database. */
export interface DocumentsD1 {
  prepare(query: string): {
    bind(...values: string[]): { all<Row>(): Promise<{ readonly results: readonly Row[] }> }
  }
}
export type DocumentsBinding = DocumentsKv | DocumentsR2 | DocumentsD1

export interface DocumentStore {
  /** @returns id -> the JSON of its document; missing ids are left out */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

/** the key of a document in KV and R2 */
export const documentKey = (id: string): string => `documents/${id}`
/** the table in D1 */
export const DOCUMENTS_TABLE =
  'CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, document TEXT NOT NULL)'

/** bytes of the metadata of an object in R2, less some room for the name */
const MOST_METADATA = 8_000
/**
 * The metadata of a document's object in R2: the document itself if it fits, in ASCII, as headers require.
 * @param json of the document
 */
export function documentMetadata(json: string): Readonly<Record<string, string>> {
  const document = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return document.length > MOST_METADATA ? {} : { document }
}

/** maximal values of a query of D1 */
const A_QUERY = 100
/**
 * keys of a call of KV, which allows a hundred: parallel calls are answered sooner than one with as many keys
 */
const A_CALL = 10
/** concurrent reads; a Worker has six connections, and further reads wait in the runtime, not here */
const ABREAST = 50
/** maximal ids of a request in R2, each a separate subrequest */
const MOST_IN_R2 = 500

export function documentStore(binding: DocumentsBinding): DocumentStore {
  if ('prepare' in binding) return fromD1(binding)
  return 'getWithMetadata' in binding ? fromKv(binding) : fromR2(binding)
}

const fromKv = (namespace: DocumentsKv): DocumentStore => ({
  read: (ids) =>
    gathered(ids, A_CALL, async (some) => {
      const found = await namespace.get(some.map(documentKey))
      return some.map((id) => [id, found.get(documentKey(id)) ?? undefined])
    }),
})

const fromD1 = (database: DocumentsD1): DocumentStore => ({
  read: (ids) =>
    gathered(ids, A_QUERY, async (some) => {
      const marks = some.map(() => '?').join()
      const query = database.prepare(`SELECT id, document FROM documents WHERE id IN (${marks})`)
      const { results } = await query.bind(...some).all<{ id: string; document: string }>()
      return results.map(({ id, document }) => [id, document])
    }),
})

const fromR2 = (bucket: DocumentsR2): DocumentStore => ({
  async read(ids) {
    if (ids.length > MOST_IN_R2)
      throw new ApiError(
        422,
        `documents: ${ids.length} are named by their ids, this server reads ${MOST_IN_R2} a request out of R2. Send fewer, or keep documents in KV or D1.`,
      )
    return gathered(ids, 1, async ([id]) => {
      const key = documentKey(id!)
      const found = await bucket.head(key)
      return [
        [id!, found?.customMetadata?.document ?? (found ? await (await bucket.get(key))?.text() : undefined)],
      ]
    })
  },
})

type Found = readonly (readonly [id: string, json: string | undefined])[]

/** Reads many ids in batches, a few of them in parallel. */
async function gathered(
  ids: readonly string[],
  size: number,
  read: (some: readonly string[]) => Promise<Found>,
): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>()
  let next = 0
  const reader = async () => {
    while (next < ids.length) {
      const some = ids.slice(next, next + size)
      next += size
      for (const [id, json] of await read(some)) if (json !== undefined) all.set(id, json)
    }
  }
  await Promise.all(Array.from({ length: ABREAST }, reader))
  return all
}
