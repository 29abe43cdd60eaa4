// Access control: which requests are served, and how many. A server with keys serves requests that bear one. A server without
// keys serves every request where `anonymous` is set, requests from its own machine where `local` is set, and no others.
import { ApiError } from '../api-error.ts'
import { isLocal, networkOf } from './caller.ts'
import { createKeyRing, type KeyStore } from './key-ring.ts'
import { type Key, unauthorized } from './keys.ts'

/** The binding of Workers rate limiting. */
export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>
}

export interface AccessOptions {
  readonly keys?: readonly Key[] | undefined
  /** a store of further keys, which may change while the server runs */
  readonly keyStore?: KeyStore | undefined
  /** ms after which the store is read again; a minute by default */
  readonly refresh?: number | undefined
  /** every request is served without a key */
  readonly anonymous?: boolean | undefined
  /** requests from this machine are served without a key; for a server that listens on loopback only */
  readonly local?: boolean | undefined
  /** origins whose pages may send requests from this machine's browser, in addition to the server's own */
  readonly origins?: readonly string[] | undefined
  /** the rate limiter of a binding's name; undefined where there is none */
  readonly rateLimiter?: ((binding: string) => RateLimiter | undefined) | undefined
}

/** A request that was admitted. */
export interface Admitted {
  /** name of its key; undefined for a request without one */
  readonly key: string | undefined
  /** the key or the network whose limits count the request */
  readonly caller: string
  /** Counts the tokens that were computed for the request. If they pass the quota, the next request is refused. */
  spend(tokens: number): Promise<void>
}

export interface Access {
  /** whether a key is required */
  readonly closed: boolean
  /**
   * Admits a request.
   * @param remote address of the other side, where the server sees it
   * @throws {ApiError} 401: no key of this server; 429: too often, or too much
   */
  enter(request: Request, remote?: string): Promise<Admitted>
  /**
   * Admits a report of what users did: a key is checked as for every request; without one the request is counted by its network.
   * @returns whether the request had a key
   * @throws {ApiError} 401: no key of this server; 429: too often
   */
  enterReport(request: Request, remote?: string): Promise<boolean>
  /** As `enter`, for cheap requests like /metrics, which no limit counts. */
  look(request: Request, remote?: string): Promise<string | undefined>
}

/** the rate limiters of keys that name no other, and of requests without a key */
const COMMON_LIMITER = 'RATE_LIMIT'
const COMMON_TOKEN_LIMITER = 'TOKEN_LIMIT'
/** the rate limiter of events without a key; RATE_LIMIT where it is not bound */
const EVENT_LIMITER = 'EVENT_LIMIT'
/** tokens of one count of a token limiter: rate limiters count calls */
export const TOKENS_A_UNIT = 1_000
/** seconds: the period of the limiters in wrangler.jsonc */
const PERIOD = '60'

/** The key or network that is counted, and the limiters that count it. */
interface Counted {
  readonly key: string | undefined
  readonly who: string
  readonly rateLimit: string
  readonly tokenLimit: string
}

/** headers in which clients of some APIs send a bare key: Pinecone's, Azure's */
const KEY_HEADERS = ['api-key', 'x-api-key']

/** The header authorization, or its equivalent for a key in the header of another API. */
function authorizationOf(headers: Headers): string | undefined {
  const given = headers.get('authorization')
  if (given !== null) return given
  const key = KEY_HEADERS.map((name) => headers.get(name)).find((value) => value !== null)
  return key && `Bearer ${key}`
}

export function createAccess({
  keys = [],
  keyStore,
  refresh,
  anonymous = false,
  local = false,
  origins = [],
  rateLimiter = () => undefined,
}: AccessOptions): Access {
  for (const { name, ...limits } of keys)
    for (const binding of [limits.rateLimit, limits.tokenLimit])
      if (binding !== undefined && rateLimiter(binding) === undefined)
        throw new Error(
          `The key "${name}" names the rate limiter ${binding}, which is not bound. Add it to wrangler.jsonc under "ratelimits".`,
        )
  const ring = createKeyRing(keys, keyStore, refresh)

  async function identify(request: Request, remote: string | undefined): Promise<Counted> {
    const common = { rateLimit: COMMON_LIMITER, tokenLimit: COMMON_TOKEN_LIMITER }
    if (ring.closed) {
      const { name, rateLimit = '', tokenLimit = '' } = await ring.find(authorizationOf(request.headers))
      return {
        key: name,
        who: `key ${name}`,
        // a key of the store may name a limiter that the deployment did not bind: then the common one counts
        // it
        rateLimit: rateLimiter(rateLimit) === undefined ? common.rateLimit : rateLimit,
        tokenLimit: rateLimiter(tokenLimit) === undefined ? common.tokenLimit : tokenLimit,
      }
    }
    if (!anonymous && !(local && isLocal(request, remote, origins)))
      throw unauthorized(
        'This server has no keys yet, so it refuses every request. Set some with "npx wrangler secret put RERANK_KEYS", ' +
          'or set the variable ALLOW_ANONYMOUS to "true".',
      )
    const address = request.headers.get('cf-connecting-ip') ?? remote ?? ''
    return { key: undefined, who: `address ${networkOf(address)}`, ...common }
  }

  /** @returns whether it was within the limit; true if no limiter is bound */
  const count = async (binding: string, key: string) => {
    const limiter = rateLimiter(binding)
    return limiter === undefined || (await limiter.limit({ key })).success
  }
  const tooMuch = (what: string) =>
    new ApiError(429, `Too many ${what}. Wait ${PERIOD} seconds.`, { headers: { 'retry-after': PERIOD } })

  return {
    closed: ring.closed,
    async enter(request, remote) {
      const { key, who, rateLimit, tokenLimit } = await identify(request, remote)
      // local requests without a key are not counted
      if (key === undefined && !anonymous) return { key, caller: who, spend: async () => {} }
      if (!(await count(rateLimit, who))) throw tooMuch('requests')
      // the first unit is counted now, the others when the number of tokens is known
      if (!(await count(tokenLimit, `tokens ${who}`))) throw tooMuch('tokens')
      return {
        key,
        caller: who,
        async spend(tokens) {
          const units = Math.ceil(tokens / TOKENS_A_UNIT) - 1
          if (rateLimiter(tokenLimit) === undefined) return
          await Promise.all(Array.from({ length: units }, () => count(tokenLimit, `tokens ${who}`)))
        },
      }
    },
    async enterReport(request, remote) {
      if (request.headers.has('authorization') && ring.closed) {
        const { who, rateLimit } = await identify(request, remote)
        if (!(await count(rateLimit, `events ${who}`))) throw tooMuch('requests')
        return true
      }
      const address = request.headers.get('cf-connecting-ip') ?? remote ?? ''
      const limiter = rateLimiter(EVENT_LIMITER) === undefined ? COMMON_LIMITER : EVENT_LIMITER
      if (!(await count(limiter, `events address ${networkOf(address)}`))) throw tooMuch('requests')
      return false
    },
    look: async (request, remote) => (await identify(request, remote)).key,
  }
}
