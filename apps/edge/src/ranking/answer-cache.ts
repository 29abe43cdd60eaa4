// Whole answers in the cache of the location that serves them (Cache API), by a hash of everything an answer depends on. An
// answer is cached only when the model ranked all of it.
import { sha256 } from '@disranker/reranker'

export interface CachedAnswer {
  readonly body: string
  readonly documents: number
  readonly tokens: number
}

export interface AnswerCache {
  /** The key of an answer: from the hash of its body and of all other inputs, 64 hex digits. */
  keyOf(bodySum: string, ...parts: readonly string[]): Promise<string>
  /** seconds an answer is kept; 0: not at all */
  readonly seconds: number
  get(key: string): Promise<CachedAnswer | undefined>
  put(key: string, answer: CachedAnswer): Promise<void>
}

/** The used part of the platform's cache. */
export interface PlatformCache {
  match(request: Request): Promise<Response | undefined>
  put(request: Request, response: Response): Promise<void>
}

/** @param cache `caches.default` in a Worker; without one nothing is cached */
export function createAnswerCache(cache: PlatformCache | undefined, seconds: number): AnswerCache {
  const used = seconds > 0 ? cache : undefined
  // a host name that no route serves
  const requestOf = (key: string) => new Request(`https://answers.disranker.invalid/${key}`)
  return {
    keyOf: createAnswerKeys(),
    seconds: used === undefined ? 0 : seconds,
    async get(key) {
      const found = await used?.match(requestOf(key)).catch(() => undefined)
      if (found === undefined) return undefined
      const count = (name: string) => Number(found.headers.get(`x-${name}`) ?? 0)
      return { body: await found.text(), documents: count('documents'), tokens: count('tokens') }
    },
    async put(key, { body, documents, tokens }) {
      const headers = {
        'content-type': 'application/json',
        'cache-control': `max-age=${seconds}`,
        'x-documents': String(documents),
        'x-tokens': String(tokens),
      }
      // a failed write does not fail this request; the next equal request computes again
      await used?.put(requestOf(key), new Response(body, { headers })).catch(() => {})
    },
  }
}

/** maximal cached hashes: there is one for each scope, path and version */
const MOST_SUMS = 1_000

/** Keys of answers. Many requests differ only in their body, so the hash of the other parts is cached. */
function createAnswerKeys(): (bodySum: string, ...parts: readonly string[]) => Promise<string> {
  const sums = new Map<string, string>()
  return async (bodySum, ...parts) => {
    const text = JSON.stringify(parts)
    let sum = sums.get(text)
    if (sum === undefined) {
      sum = await sha256(new TextEncoder().encode(text))
      if (sums.size >= MOST_SUMS) sums.delete(sums.keys().next().value!)
      sums.set(text, sum)
    }
    return mixed(bodySum, sum)
  }
}

/**
 * Combines two hashes of 64 hex digits: exclusive or of the first and the reversed second, which keeps 256
 * bits.
 */
function mixed(left: string, right: string): string {
  let out = ''
  for (let at = 0; at < 64; at += 8) {
    const digits =
      Number.parseInt(left.slice(at, at + 8), 16) ^ Number.parseInt(right.slice(56 - at, 64 - at), 16)
    out += (digits >>> 0).toString(16).padStart(8, '0')
  }
  return out
}

/** An id that equal requests share: the first half of their hash, in the form of a UUID of version 8. */
export function answerId(key: string): string {
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map(([from, to]) => key.slice(from, to))
  return `${a}-${b}-8${c}-8${d}-${e}`
}
