// The keys that hold now: those of the secret, which a deployment sets, and those of keys.json in a KV namespace or an R2
// bucket, which is read again every minute, so that a key comes and goes without a deployment.
import { ApiError } from '../api-error.ts'
import { findKey, type Key, parseKeys } from './keys.ts'

/** The part of a KV namespace's or an R2 bucket's binding that is used. */
export interface KeyStore {
  get(name: string): Promise<string | { text(): Promise<string> } | null>
}

export interface KeyRing {
  /** whether keys are wanted at all */
  readonly closed: boolean
  /**
   * The key that an Authorization header carries.
   * @throws {ApiError} 401: none of this server, or one that has expired; 503: it is not among those of the secret, and the store
   *   was never read
   */
  find(authorization: string | undefined): Promise<Key>
}

export const KEYS_FILE = 'keys.json'
const REFRESH = 60_000 // ms
/** after which a store that could not be read is tried again */
const RETRY = 5_000

/** @param refresh ms for which what was read is good */
export function createKeyRing(
  own: readonly Key[],
  store: KeyStore | undefined,
  refresh = REFRESH,
  now: () => number = Date.now,
): KeyRing {
  let last: { readonly keys: readonly Key[]; readonly until: number } | undefined
  /** ms until which a store that was never read is not asked again */
  let silent = 0
  async function read(store: KeyStore): Promise<readonly Key[]> {
    const found = await store.get(KEYS_FILE)
    if (found === null) return []
    return parseKeys(typeof found === 'string' ? found : await found.text(), `The file ${KEYS_FILE}`)
  }

  /** The keys of the store; undefined while it was never read. */
  async function stored(store: KeyStore): Promise<readonly Key[] | undefined> {
    if (now() < (last?.until ?? silent)) return last?.keys
    try {
      // each request that finds it old reads for itself: what one request waits for, another could not
      last = { keys: await read(store), until: now() + refresh }
    } catch (error) {
      // the keys that held hold on; a file that is wrong must not close or open a server
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
      // a client sends again what was 503, and gives up at a 401
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
