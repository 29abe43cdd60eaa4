// A signed token with every shown list, so that a client cannot credit a document that was not shown, an old
// list, or an invented list. It holds four bytes for each document, so the server needs no storage.
//   version (1 byte), seconds since 1970 (4), length of the label (1), label, the print of each document in the order shown (4 bytes,
//   document-print.ts), then 16 bytes of HMAC-SHA256 over the query id and all of it; base64url.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { fromBase64Url, toBase64Url } from './bytes-text.ts'
import { documentPrints } from './document-print.ts'

export interface Impression {
  readonly queryId: string
  /** ids in the order shown; only the first 256 are used */
  readonly documents: readonly string[]
  /** a text that the server gets back with an event, such as `experiment/arm`; at most LONGEST_LABEL bytes */
  readonly label: string
}

/** The statement of a token about an event; `position` counts from 1. */
export type Credit =
  | { readonly credited: true; readonly position: number; readonly label: string; readonly seconds: number }
  | { readonly credited: false; readonly why: 'malformed' | 'forged' | 'expired' | 'not shown' }

const VERSION = 3
const HEAD = 6
const PRINT = 4
const SIGNATURE = 16
const MOST_DOCUMENTS = 256
/** bytes of the longest label */
export const LONGEST_LABEL = 200
/** characters of the longest token */
export const LONGEST_TOKEN = Math.ceil(((HEAD + LONGEST_LABEL + PRINT * MOST_DOCUMENTS + SIGNATURE) * 4) / 3)

/** @param now milliseconds since 1970 */
export function signImpression(impression: Impression, secret: string, now: number): string {
  const label = utf8ToBytes(impression.label)
  if (label.length > LONGEST_LABEL)
    throw new RangeError(`The label has ${label.length} bytes; at most ${LONGEST_LABEL} fit.`)
  const documents = impression.documents.slice(0, MOST_DOCUMENTS)
  const claims = new Uint8Array(HEAD + label.length + PRINT * documents.length)
  const view = new DataView(claims.buffer)
  claims[0] = VERSION
  view.setUint32(1, Math.floor(now / 1000))
  claims[5] = label.length
  claims.set(label, HEAD)
  const printOf = documentPrints(impression.queryId, secret)
  for (const [at, id] of documents.entries()) view.setUint32(HEAD + label.length + PRINT * at, printOf(id))
  return toBase64Url(concatBytes(claims, signatureOf(impression.queryId, claims, secret)))
}

export interface CheckOptions {
  /** the accepted secrets: the current one, and the previous one during a rotation */
  readonly secrets: readonly string[]
  /** milliseconds since 1970 */
  readonly now: number
  /** milliseconds for which a token is valid */
  readonly window: number
}

/** Checks a token against an event on one document. */
export const checkImpression = (
  token: string,
  { queryId, document }: { readonly queryId: string; readonly document: string },
  options: CheckOptions,
): Credit => openImpression(token, queryId, options)(document)

/**
 * Checks the signature of a token once, for all events that bring it.
 * @returns a function from events on documents to the token's statement
 */
export function openImpression(
  token: string,
  queryId: string,
  { secrets, now, window }: CheckOptions,
): (document: string) => Credit {
  const refuse = (why: Extract<Credit, { credited: false }>['why']) => () =>
    ({ credited: false, why }) as const
  const bytes = fromBase64Url(token, LONGEST_TOKEN + 4)
  const labelLength = bytes?.[5] ?? 0
  const printsAt = HEAD + labelLength
  if (bytes === undefined || bytes[0] !== VERSION || bytes.length < printsAt + SIGNATURE)
    return refuse('malformed')
  const claims = bytes.subarray(0, -SIGNATURE)
  const signature = bytes.subarray(-SIGNATURE)
  const signer = secrets.find((secret) => sameBytes(signature, signatureOf(queryId, claims, secret)))
  if (signer === undefined) return refuse('forged')
  const view = new DataView(claims.buffer, claims.byteOffset, claims.byteLength)
  const seconds = view.getUint32(1)
  if (now - 1000 * seconds > window) return refuse('expired')
  const printOf = documentPrints(queryId, signer)
  return (document) => {
    const wanted = printOf(document)
    for (let at = printsAt; at + PRINT <= claims.length; at += PRINT)
      if (view.getUint32(at) === wanted) {
        const label = new TextDecoder().decode(claims.subarray(HEAD, printsAt))
        return { credited: true, position: 1 + (at - printsAt) / PRINT, label, seconds }
      }
    return { credited: false, why: 'not shown' }
  }
}

const signatureOf = (queryId: string, claims: Uint8Array, secret: string) =>
  hmac(sha256, utf8ToBytes(secret), concatBytes(utf8ToBytes(JSON.stringify(queryId)), claims)).subarray(
    0,
    SIGNATURE,
  )

/** in constant time: the time reveals nothing about the position of a difference */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let different = a.length ^ b.length
  for (let at = 0; at < a.length; at++) different |= a[at]! ^ (b[at] ?? 0)
  return different === 0
}
