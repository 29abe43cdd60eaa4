// The keys that are valid now: those of the secret, which a deployment sets, and those of keys.json in a KV namespace or an R2
// bucket, which is read again every minute, so that keys can be added and removed without a deployment.
import { ApiError } from '../api-error.ts'
import { findKey, type Key, parseKeys } from './keys.ts'

/** The part of a KV namespace's or an R2 bucket's binding that is used. */
export interface KeyStore {
  get(name: string): Promise<string | { text(): Promise<string> } | null>
}

export interface KeyRing {
  /** whether a key is required */
  readonly closed: boolean
  /**
   * The key that an Authorization header carries.
   * @throws {ApiError} 401: it is no key of this server, or has expired; 503: it is no key of the secret, and the store could
   *   not be read yet
   */
  find(authorization: string | undefined): Promise<Key>
}

const KEYS_FILE = 'keys.json'
const REFRESH = 60_000 // ms
/** ms after which a store that could not be read is tried again */
const RETRY = 5_000

/** @param refresh ms after which the store is read again */
export function createKeyRing(
  own: readonly Key[],
  store: KeyStore | undefined,
  refresh = REFRESH,
  now: () => number = Date.now,
): KeyRing {
  let last: { readonly keys: readonly Key[]; readonly until: number } | undefined
  /** ms since 1970 before which a store that could not be read yet is not tried again */
  let silent = 0
  async function read(store: KeyStore): Promise<readonly Key[]> {
    const found = await store.get(KEYS_FILE)
    if (found === null) return []
    return parseKeys(typeof found === 'string' ? found : await found.text(), `The file ${KEYS_FILE}`)
  }

  /** The keys of the store; undefined if it could not be read yet. */
  async function stored(store: KeyStore): Promise<readonly Key[] | undefined> {
    if (now() < (last?.until ?? silent)) return last?.keys
    try {
      // each request that finds it outdated reads it itself: a request cannot await a read of another request
      last = { keys: await read(store), until: now() + refresh }
    } catch (error) {
      // the keys read before stay valid: a wrong file must neither close nor open a server
      console.error(JSON.stringify({ level: 'error', event: 'keys', fault: String(error) }))
      silent = now() + Math.min(RETRY, refresh)
      if (last !== undefined) last = { keys: last.keys, until: silent }
    }
    return last?.keys
  }

  return {
    closed: own.length > 0 || store !== undefined,
    async find(authorization) {
      const more = store === undefined ? [] : await stored(store)
      // clients retry after a 503, and give up after a 401
      return findKey(
        [...own, ...(more ?? [])],
        authorization,
        now(),
        more === undefined ? unread() : undefined,
      )
    },
  }
}

const unread = () =>
  new ApiError(503, 'The keys of this server cannot be read now. Send it again.', {
    headers: { 'retry-after': '1' },
  })
