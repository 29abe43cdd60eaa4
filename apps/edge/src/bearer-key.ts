// Who may ask: the bearer of the key in the secret RERANK_KEY. Both keys are hashed before they are compared, and the
// comparison looks at every byte, so the time it takes tells nothing about the key.
import { ApiError } from './api-error.ts'

/** Throws unless the Authorization header carries the key. */
export type KeyCheck = (authorization: string | undefined) => Promise<void>

/**
 * The check of one key; without a key everybody may ask.
 * @throws {Error} the key is set but blank: a server meant to be closed would stand open
 */
export function createKeyCheck(key: string | undefined): KeyCheck {
  if (key === undefined) return async () => {}
  if (key.trim() === '')
    throw new Error(
      'The secret RERANK_KEY is set but empty. Set it with "npx wrangler secret put RERANK_KEY".',
    )
  const wanted = sha256(key)
  return async (authorization) => {
    const given = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
    const message =
      given === undefined
        ? 'This server wants a key. Send it as "Authorization: Bearer <key>".'
        : 'The key is not the one of this server. Check the Authorization header.'
    if (!equalBytes(await sha256(given ?? ''), await wanted))
      throw new ApiError(401, message, { headers: { 'www-authenticate': 'Bearer' } })
  }
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!
  return difference === 0
}
