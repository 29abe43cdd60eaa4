// The door: a key, or nobody; and how often. A server without keys serves the machine it runs on while it is developed,
// everybody where that was asked for, and nobody else.
import { ApiError } from '../api-error.ts'
import { findKey, type Key, unauthorized } from './keys.ts'

/** The binding of Workers rate limiting. */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>
}

export interface AccessOptions {
  readonly keys?: readonly Key[] | undefined
  /** everybody may ask, without a key */
  readonly anonymous?: boolean | undefined
  /** the rate limiter of a binding's name; undefined where there is none */
  readonly rateLimiter?: ((binding: string) => RateLimiter | undefined) | undefined
}

/**
 * Lets a request in.
 * @returns the name of its key; undefined for a request without one
 * @throws {ApiError} 401: no key of this server; 429: too often
 */
export type Access = (request: Request) => Promise<string | undefined>

/** the rate limiter of keys that name no other, and of those without a key */
const COMMON_LIMITER = 'RATE_LIMIT'
/** seconds: the period of the limiters in wrangler.jsonc */
const PERIOD = '60'

export function createAccess({
  keys = [],
  anonymous = false,
  rateLimiter = () => undefined,
}: AccessOptions): Access {
  for (const { name, rateLimit } of keys)
    if (rateLimit !== undefined && rateLimiter(rateLimit) === undefined)
      throw new Error(
        `The key "${name}" names the rate limiter ${rateLimit}, which is not bound. Add it to wrangler.jsonc under "ratelimits".`,
      )

  async function count(binding: string, key: string): Promise<void> {
    const limiter = rateLimiter(binding)
    if (limiter === undefined || (await limiter.limit({ key })).success) return
    throw new ApiError(429, `Too many requests. Wait ${PERIOD} seconds.`, {
      headers: { 'retry-after': PERIOD },
    })
  }

  return async (request) => {
    if (keys.length > 0) {
      const key = await findKey(keys, request.headers.get('authorization') ?? undefined)
      await count(key.rateLimit ?? COMMON_LIMITER, `key ${key.name}`)
      return key.name
    }
    if (anonymous) await count(COMMON_LIMITER, `address ${request.headers.get('cf-connecting-ip') ?? ''}`)
    else if (!isLoopback(request))
      throw unauthorized(
        'This server has no keys yet and serves nobody. Set some with "npx wrangler secret put RERANK_KEYS", ' +
          'or set the variable ALLOW_ANONYMOUS to "true".',
      )
    return undefined
  }
}

/** Whether the request came to this machine's own address; what came through Cloudflare's network bears a cf-ray. */
function isLoopback(request: Request): boolean {
  const { hostname } = new URL(request.url)
  const local = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
  return local && !request.headers.has('cf-ray')
}
