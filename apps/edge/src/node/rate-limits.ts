// The rate limits of one process, with the interface of Cloudflare's binding for one location.
import type { RateLimiter } from '../access/access.ts'

const PERIOD = 60_000 // ms

/** @param most maximal calls of a key in a minute */
export function minuteLimit(most: number, now: () => number = Date.now): RateLimiter {
  let minute = -1
  let counts = new Map<string, number>()
  return {
    async limit({ key }) {
      const current = Math.floor(now() / PERIOD)
      // all counts are dropped after a minute, so that the memory stays bounded
      if (current !== minute) [minute, counts] = [current, new Map()]
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return { success: count <= most }
    },
  }
}

/**
 * The limiters from variables, by their names in RERANK_KEYS: RATE_LIMIT and TOKEN_LIMIT are the common ones.
 * @throws {Error} a variable whose name ends with _LIMIT is not a whole number
 */
export function rateLimitsFrom(
  variables: Readonly<Record<string, string | undefined>>,
): (name: string) => RateLimiter | undefined {
  const limiters = new Map<string, RateLimiter>()
  for (const [name, value] of Object.entries(variables)) {
    if (!/^(\w+_)?(RATE|TOKEN)_LIMIT$/.test(name) || !value) continue
    const most = Number(value)
    if (!(Number.isInteger(most) && most > 0))
      throw new Error(`The variable ${name} is "${value}": wanted a whole number, the limit of a minute.`)
    limiters.set(name, minuteLimit(most))
  }
  return (name) => limiters.get(name)
}
