// Scores that this isolate has computed before. A score depends only on the bundle, the query and the document, never on the
// other documents of a request, so a cached score equals the one that would be computed. Keys are hashes: no text is kept.
import { sha256 } from '@disranker/reranker'

export interface Scored {
  readonly score: number
  /** tokens that the model read */
  readonly tokens: number
}

export interface ScoreCache {
  get(key: string): Scored | undefined
  set(key: string, scored: Scored): void
  /** bytes it takes, at most those it was given */
  readonly bytes: number
}

/** about what an entry takes: a key of 44 characters, two numbers, its place in the map */
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
 * @param about what else a score depends on: the version of the bundle, how documents are read
 * @param queryOf the query of a document
 */
export async function scoreKeys(
  about: readonly unknown[],
  queryOf: (index: number) => string,
  documents: readonly unknown[],
): Promise<string[]> {
  // most requests have one query, so its hash is computed once
  const sums = new Map<string, string>()
  const keys: string[] = []
  for (const [index, document] of documents.entries()) {
    const query = queryOf(index)
    const prefix = sums.get(query) ?? (await digest(JSON.stringify([about, query])))
    sums.set(query, prefix)
    keys.push(await digest(`${prefix}${JSON.stringify(document)}`))
  }
  return keys
}

const digest = (text: string) => sha256(new TextEncoder().encode(text), 'base64')
