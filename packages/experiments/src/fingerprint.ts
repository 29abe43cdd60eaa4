// Short names for texts: the same text has the same name, and the name does not reveal the text.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { toBase64Url } from './bytes-text.ts'

const BYTES = 16

/** 22 characters that identify `parts`: the first 16 bytes of SHA-256 over their JSON. */
export const fingerprint = (...parts: readonly (string | number)[]): string =>
  toBase64Url(sha256(utf8ToBytes(JSON.stringify(parts))).subarray(0, BYTES))

/** The same by HMAC-SHA256: without the secret nobody can find a text by trying. */
export const secretFingerprint = (secret: string, ...parts: readonly (string | number)[]): string =>
  toBase64Url(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(JSON.stringify(parts))).subarray(0, BYTES))
