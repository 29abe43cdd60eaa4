// The last answers of this isolate or process, by the bytes of their requests. An equal request is answered
// before its body is decoded, parsed and checked. The answer belongs to a version of a model: callers check
// that this version is still served.
import type { ServedModel } from '../models/model-source.ts'
import type { CachedAnswer } from './answer-cache.ts'
import type { OnError } from './ranking-request.ts'

export interface RecentAnswer extends CachedAnswer {
  /** the model's name in the request */
  readonly asked: string | undefined
  readonly model: ServedModel
  readonly warnings: readonly string[]
  /** from the request's body */
  readonly onError: OnError | undefined
}

export interface RecentAnswers {
  /** bytes in use, at most the limit */
  readonly bytes: number
  /** seconds an answer is kept; 0: not at all */
  readonly seconds: number
  get(key: string): RecentAnswer | undefined
  set(key: string, answer: RecentAnswer): void
}

/** bytes of an entry, in addition to two for each character of its body */
const ENTRY_BYTES = 1_024

/**
 * @param mostBytes when they are full, the least recently used answer is dropped; 0 caches nothing
 * @param seconds an answer is kept; 0 caches nothing
 */
export function createRecentAnswers(
  mostBytes: number,
  seconds: number,
  now: () => number = Date.now,
): RecentAnswers {
  // in the order of their last use
  const entries = new Map<string, { readonly answer: RecentAnswer; readonly until: number }>()
  let bytes = 0
  const bytesOf = (key: string, { body }: RecentAnswer) => ENTRY_BYTES + 2 * (key.length + body.length)
  function drop(key: string): void {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    bytes -= bytesOf(key, entry.answer)
  }
  return {
    seconds: mostBytes === 0 ? 0 : seconds,
    get bytes() {
      return bytes
    },
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (now() >= entry.until) {
        drop(key)
        return undefined
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.answer
    },
    set(key, answer) {
      drop(key)
      const size = bytesOf(key, answer)
      if (size > mostBytes || seconds === 0) return
      while (bytes + size > mostBytes) drop(entries.keys().next().value!)
      entries.set(key, { answer, until: now() + 1_000 * seconds })
      bytes += size
    },
  }
}
