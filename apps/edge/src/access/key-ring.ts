// The keys that hold now: those of the secret, which a deployment sets, and those of keys.json in a KV namespace or an R2
// bucket, which is read again every minute, so that a key comes and goes without a deployment.
import { ApiError } from '../api-error.ts'
import { type Key, parseKeys } from './keys.ts'

/** The part of a KV namespace's or an R2 bucket's binding that is used. */
export interface KeyStore {
  get(name: string): Promise<string | { text(): Promise<string> } | null>
}

export interface KeyRing {
  /** whether keys are wanted at all */
  readonly closed: boolean
  /** @throws {ApiError} 503: the store was never read */
  keys(): Promise<readonly Key[]>
}

export const KEYS_FILE = 'keys.json'
const REFRESH = 60_000 // ms

/** @param refresh ms for which what was read is good */
export function createKeyRing(own: readonly Key[], store: KeyStore | undefined, refresh = REFRESH): KeyRing {
  let last: { readonly keys: readonly Key[]; readonly at: number } | undefined
  async function read(store: KeyStore): Promise<readonly Key[]> {
    const found = await store.get(KEYS_FILE)
    if (found === null) return []
    return parseKeys(typeof found === 'string' ? found : await found.text(), `The file ${KEYS_FILE}`)
  }
  return {
    closed: own.length > 0 || store !== undefined,
    async keys() {
      if (store === undefined) return own
      if (last === undefined || Date.now() - last.at >= refresh) {
        try {
          // each request that finds it old reads for itself: what one request waits for, another could not
          last = { keys: await read(store), at: Date.now() }
        } catch (error) {
          // the keys that held hold on; a file that is wrong must not close or open a server
          console.error(JSON.stringify({ level: 'error', event: 'keys', fault: String(error) }))
          if (last === undefined && own.length === 0)
            throw new ApiError(503, 'The keys of this server cannot be read now. Send it again.', {
              cause: error,
              headers: { 'retry-after': '1' },
            })
          last = { keys: last?.keys ?? [], at: Date.now() }
        }
      }
      return [...own, ...last.keys]
    },
  }
}
