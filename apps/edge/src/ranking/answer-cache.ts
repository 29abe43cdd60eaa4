// Whole answers in the cache of the place that serves them (Cache API), by a sum of everything an answer depends on. Only
// answers that the model gave in full are kept.
import { sha256 } from '@disranker/reranker'

export interface CachedAnswer {
  readonly body: string
  readonly documents: number
  readonly tokens: number
}

export interface AnswerCache {
  /** seconds an answer is kept; 0 for never */
  readonly seconds: number
  get(key: string): Promise<CachedAnswer | undefined>
  put(key: string, answer: CachedAnswer): Promise<void>
}

/** The part of the platform's cache that is used. */
export interface PlatformCache {
  match(request: Request): Promise<Response | undefined>
  put(request: Request, response: Response): Promise<void>
}

/** @param cache `caches.default` in a Worker; without one nothing is kept */
export function createAnswerCache(cache: PlatformCache | undefined, seconds: number): AnswerCache {
  const used = seconds > 0 ? cache : undefined
  // a name of our own that no route serves
  const requestOf = (key: string) => new Request(`https://answers.disranker.invalid/${key}`)
  return {
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
      // a cache that is full or away costs the next request a computation, this one nothing
      await used?.put(requestOf(key), new Response(body, { headers })).catch(() => {})
    },
  }
}

/** The sum of what an answer depends on, 64 hex digits. */
export const answerKey = (...parts: readonly string[]): Promise<string> =>
  sha256(new TextEncoder().encode(JSON.stringify(parts)))

/** An id that equal requests share: the first half of their sum, in the form of a UUID of version 8. */
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
