// The place of a unit between 0 and 1. The Worker, Node, browsers and SQL compute the same number, so that an
// analysis can check an assignment that was made at the edge:
//   SHA-256 of the UTF-8 text `salt:unit`; its first 13 hexadecimal digits, divided by 16^13.
// In DuckDB: ('0x' || sha256(salt || ':' || unit)[1:13])::UBIGINT / 16^13. Thirteen digits are 52 bits, which a double holds exactly.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

const DIGITS = 13

/**
 * A number in [0, 1) that depends only on `salt` and `unit`, uniform over units.
 * @param salt without a colon, so that different pairs of salt and unit give different texts
 * @param unit the unit of the experiment: a client id, a session id
 */
export function shareOf(salt: string, unit: string): number {
  const digest = bytesToHex(sha256(utf8ToBytes(`${salt}:${unit}`)))
  return Number.parseInt(digest.slice(0, DIGITS), 16) / 16 ** DIGITS
}

/**
 * Uniform numbers in [0, 1) that depend on `seed` alone: the n-th block of eight is SHA-256 of `seed:n`, 32 bits a number.
 * A repeated request with the same query id therefore gets the same list.
 */
export function uniformsOf(seed: string): () => number {
  let block = new DataView(new ArrayBuffer(0))
  let blocks = 0
  let at = 0
  return () => {
    if (at >= block.byteLength) {
      const bytes = sha256(utf8ToBytes(`${seed}:${blocks++}`))
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      at = 0
    }
    const value = block.getUint32(at)
    at += 4
    return value / 2 ** 32
  }
}
