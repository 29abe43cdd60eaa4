// Who may ask: bearers of a key. The server knows keys by name and by their SHA-256 alone; a given key is hashed and
// compared with every one of them, byte by byte to the end, so the time it takes tells nothing about any key.
import { z } from 'zod'
import { ApiError } from '../api-error.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'wanted the SHA-256 of a key, 64 lower-case hex digits')
const keysSchema = z.record(
  z.string().regex(/^[\w.-]{1,64}$/, 'wanted a name of letters, digits, ".", "_" or "-"'),
  z.union([digest, z.object({ sha256: digest, rateLimit: z.string().optional() })]),
)

export interface Key {
  readonly name: string
  /** 32 bytes */
  readonly sha256: Uint8Array
  /** binding of the rate limiter that counts it; the common one by default */
  readonly rateLimit?: string | undefined
}

/**
 * Reads the secret RERANK_KEYS: {"name": "<sha256>"} or {"name": {"sha256": "<sha256>", "rateLimit": "<binding>"}}.
 * @throws {Error} it is set and holds no key: a server meant to be closed would stand open
 */
export function parseKeys(secret: string): readonly Key[] {
  const fail = (what: string) =>
    new Error(
      `The secret RERANK_KEYS ${what}. Make a key with "npm run key --workspace @disranker/edge -- <name>" ` +
        'and set what it prints with "npx wrangler secret put RERANK_KEYS".',
    )
  let content: unknown
  try {
    content = JSON.parse(secret)
  } catch {
    throw fail(secret.trim() === '' ? 'is empty' : 'is not JSON')
  }
  const parsed = keysSchema.safeParse(content)
  if (!parsed.success) {
    // the path and what was wanted, never the value
    const { path, message } = parsed.error.issues[0]!
    throw fail(`is wrong at "${path.join('.')}": ${message}`)
  }
  const keys = Object.entries(parsed.data).map(([name, entry]) => {
    const { sha256, rateLimit } =
      typeof entry === 'string' ? { sha256: entry } : { rateLimit: undefined, ...entry }
    return {
      name,
      sha256: Uint8Array.from(sha256.match(/../g)!, (byte) => Number.parseInt(byte, 16)),
      rateLimit,
    }
  })
  if (keys.length === 0) throw fail('names no key')
  return keys
}

/**
 * The key that an Authorization header carries.
 * @throws {ApiError} 401: none, or one this server does not know
 */
export async function findKey(keys: readonly Key[], authorization: string | undefined): Promise<Key> {
  const given = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(given ?? '')))
  let found: Key | undefined
  for (const key of keys) if (equalBytes(sum, key.sha256)) found = key
  if (found !== undefined && given !== undefined) return found
  throw unauthorized(
    given === undefined
      ? 'This server wants a key. Send it as "Authorization: Bearer <key>".'
      : 'The key is not one of this server. Check the Authorization header.',
  )
}

export const unauthorized = (message: string) =>
  new ApiError(401, message, { headers: { 'www-authenticate': 'Bearer' } })

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!
  return difference === 0
}
