// Scores that this isolate has computed. A score depends only on the bundle, the query and the document,
// never on the other documents of a request, so a cached score equals a new one. Keys are hashes: no text is
// kept.
import { sha256 } from '@disranker/reranker'
import type { RequestDocument } from './ranking-request.ts'

export interface Scored {
  readonly score: number
  /** tokens that the model read */
  readonly tokens: number
}

export interface ScoreCache {
  get(key: string): Scored | undefined
  set(key: string, scored: Scored): void
  /** bytes in use, at most the limit */
  readonly bytes: number
}

/** approximate size of an entry: a key of 44 characters, two numbers, its place in the map */
const ENTRY_BYTES = 256

/** @param mostBytes 0 caches nothing; the least recently used entry is dropped first */
export function createScoreCache(mostBytes: number): ScoreCache {
  const most = Math.floor(mostBytes / ENTRY_BYTES)
  // in the order of their last use
  const entries = new Map<string, Scored>()
  return {
    get(key) {
      const found = entries.get(key)
      if (found === undefined) return undefined
      entries.delete(key)
      entries.set(key, found)
      return found
    },
    set(key, scored) {
      entries.delete(key)
      if (most === 0) return
      if (entries.size >= most) entries.delete(entries.keys().next().value!)
      entries.set(key, scored)
    },
    get bytes() {
      return entries.size * ENTRY_BYTES
    },
  }
}

/**
 * Keys of a request's documents.
 * @param about other inputs of a score: the version of the bundle, how documents are read
 * @param queryOf the query of a document
 */
export async function scoreKeys(
  about: readonly unknown[],
  queryOf: (index: number) => string,
  documents: readonly RequestDocument[],
): Promise<string[]> {
  // most requests have one query, so its hash is computed once
  const sums = new Map<string, string>()
  const keys: string[] = []
  for (const [index, document] of documents.entries()) {
    const query = queryOf(index)
    const prefix = sums.get(query) ?? (await digest(JSON.stringify([about, query])))
    sums.set(query, prefix)
    keys.push(await digest(`${prefix}${await nameOf(document)}`))
  }
  return keys
}

/** characters that are hashed at a time */
const SLICE = 65_536

/**
 * The document as JSON; a long text is replaced by the hashes of its slices, because a copy of megabytes
 * stays in the heap for a while.
 */
async function nameOf(document: RequestDocument): Promise<string> {
  const parts = typeof document === 'string' ? [document] : [document.title ?? '', document.summary ?? '']
  if (parts.every(({ length }) => length <= SLICE)) return JSON.stringify(document)
  const sums: string[] = []
  for (const part of parts)
    for (let from = 0; from <= part.length; from += SLICE)
      // JSON distinguishes unpaired surrogates at the end of a slice, which encoding would not
      sums.push(await digest(JSON.stringify(part.slice(from, from + SLICE))))
  return sums.join()
}

const digest = (text: string) => sha256(new TextEncoder().encode(text), 'base64')
