// API keys. The server stores only the name and the SHA-256 of a key. The key of a request is hashed and compared with all of
// them, every byte of each, so the time it takes reveals nothing about any key. hono's bearer-auth compares one token, or calls
// a function; it has no names, several keys with one name, expiry or errors in the shape of the API that was called.
import { sha256 } from '@disranker/reranker'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'wanted the SHA-256 of a key, 64 lower-case hex digits')
const entry = z.union([
  digest,
  z.strictObject({
    sha256: digest,
    rateLimit: z.string().optional(),
    tokenLimit: z.string().optional(),
    expires: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  }),
])
const keysSchema = z.record(
  z.string().regex(/^[\w.-]{1,64}$/, 'wanted a name of letters, digits, ".", "_" or "-"'),
  z.union([entry, z.array(entry).min(1)]),
)

export interface Key {
  /** name of the key's owner; several keys may have the same name while one replaces another */
  readonly name: string
  /** 32 bytes */
  readonly sha256: Uint8Array
  /** binding of the rate limiter that counts its requests; the common one by default */
  readonly rateLimit?: string | undefined
  /** binding of the rate limiter that counts its tokens; the common one, where there is one, by default */
  readonly tokenLimit?: string | undefined
  /** ms since 1970 from which it is no longer valid */
  readonly expires?: number | undefined
}

/**
 * Reads keys: {"name": "<sha256>"}, {"name": {"sha256": "<sha256>", "rateLimit": "<binding>", "tokenLimit": "<binding>",
 * "expires": "2027-01-31"}}, or an array of those under a name.
 * @param what name of the source in messages
 * @throws {Error} it contains no key: a server that should require keys would serve everyone
 */
export function parseKeys(text: string, what = 'The secret RERANK_KEYS'): readonly Key[] {
  const fail = (flaw: string) =>
    new Error(
      `${what} ${flaw}. Make a key with "npm run key --workspace @disranker/edge -- <name>" and set its output.`,
    )
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw fail(text.trim() === '' ? 'is empty' : 'is not JSON')
  }
  const parsed = keysSchema.safeParse(content)
  if (!parsed.success) {
    // the path and what was wanted, never the value
    const { path, message } = parsed.error.issues[0]!
    throw fail(`is wrong at "${path.join('.')}": ${message}`)
  }
  const keys = Object.entries(parsed.data).flatMap(([name, entries]) =>
    [entries].flat().map((entry): Key => {
      const { sha256, expires, ...limits } = typeof entry === 'string' ? { sha256: entry } : entry
      return {
        name,
        sha256: bytesOf(sha256),
        ...limits,
        ...(expires !== undefined && { expires: Date.parse(expires) }),
      }
    }),
  )
  if (keys.length === 0) throw fail('names no key')
  return keys
}

/**
 * The key that an Authorization header carries.
 * @param unknown error that is thrown for a key that is not among them
 * @throws {ApiError} 401: there is no key, it is unknown, or it has expired
 */
export async function findKey(
  keys: readonly Key[],
  authorization: string | undefined,
  now = Date.now(),
  unknown = unauthorized('The key is not one of this server. Check the Authorization header.'),
): Promise<Key> {
  const given = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  const sum = bytesOf(await sha256(new TextEncoder().encode(given ?? '')))
  let found: Key | undefined
  for (const key of keys) if (equalBytes(sum, key.sha256)) found = key
  if (given === undefined)
    throw unauthorized('This server wants a key. Send it as "Authorization: Bearer <key>".')
  if (found === undefined) throw unknown
  if (found.expires !== undefined && found.expires <= now)
    throw unauthorized('The key has expired. Request a new one.')
  return found
}

export const unauthorized = (message: string) =>
  new ApiError(401, message, { headers: { 'www-authenticate': 'Bearer' } })

/** The bytes of hex digits. */
const bytesOf = (hex: string) =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16))

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!
  return difference === 0
}
