// The answers that one process caches, as Cloudflare's cache does for one location.
import { LRUCache } from 'lru-cache'
import type { PlatformCache } from '../ranking/answer-cache.ts'

interface Kept {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** bytes of an entry, in addition to two bytes for each character of its body */
const ENTRY_BYTES = 1_024

/** @param bytes the size of the cache, more than 0; the least recently used answer is dropped when it is full */
export function memoryCache(bytes: number, now: () => number = Date.now): PlatformCache {
  const answers = new LRUCache<string, Kept>({
    maxSize: bytes,
    sizeCalculation: ({ body }) => ENTRY_BYTES + 2 * body.length,
    perf: { now },
    ttlResolution: 0,
  })
  return {
    async match({ url }) {
      const found = answers.get(url)
      return found && new Response(found.body, { headers: found.headers })
    },
    async put({ url }, response) {
      const seconds = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1])
      if (!(seconds > 0)) return
      const kept = { body: await response.text(), headers: Object.fromEntries(response.headers) }
      answers.set(url, kept, { ttl: 1_000 * seconds })
    },
  }
}
