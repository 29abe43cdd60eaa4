// A fingerprint of four bytes for a document within one list: HalfSipHash-2-4 (Aumasson and Bernstein 2016)
// of its id. The key is derived from the server's secret and the query id. A client knows fingerprints of
// documents that it was shown, and may choose query ids and, on some sites, ids of documents. With a hash
// that is only seeded (such as MurmurHash3), 2^32 trials on two such fingerprints reveal the seed, and then
// other documents with the same fingerprint can be found. With a key of 64 bits only guessing remains: a
// document that was not shown passes for one of 50 in one of 86 million lists. A fingerprint costs .0002 ms
// of CPU; HMAC-SHA256 would cost .005.
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** @returns for a document's id an unsigned integer of 32 bits; it differs between lists and between secrets */
export function documentPrints(queryId: string, secret: string): (document: string) => number {
  const key = new DataView(
    hmac(sha256, utf8ToBytes(secret), utf8ToBytes(JSON.stringify(['prints', queryId]))).buffer,
  )
  const [first, second] = [key.getUint32(0, true), key.getUint32(4, true)]
  return (document) => halfSipHash(document, first, second)
}

/**
 * HalfSipHash-2-4 of the UTF-16 code units of a text, each as two bytes, the low one first.
 * @param k0 the first four bytes of the key, the lowest first
 * @param k1 the other four
 */
export function halfSipHash(text: string, k0: number, k1: number): number {
  let [v0, v1, v2, v3] = [k0, k1, 0x6c796765 ^ k0, 0x74656462 ^ k1]
  const mix = (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      v0 = (v0 + v1) | 0
      v1 = rotated(v1, 5) ^ v0
      v0 = rotated(v0, 16)
      v2 = (v2 + v3) | 0
      v3 = rotated(v3, 8) ^ v2
      v0 = (v0 + v3) | 0
      v3 = rotated(v3, 7) ^ v0
      v2 = (v2 + v1) | 0
      v1 = rotated(v1, 13) ^ v2
      v2 = rotated(v2, 16)
    }
  }
  const absorb = (word: number) => {
    v3 ^= word
    mix(2)
    v0 ^= word
  }
  const { length } = text
  for (let at = 0; at + 1 < length; at += 2) absorb(text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16))
  // the last word has the remaining bytes and, on top, the total number of bytes
  absorb((length % 2 === 1 ? text.charCodeAt(length - 1) : 0) | ((2 * length) << 24))
  v2 ^= 0xff
  mix(4)
  return (v1 ^ v3) >>> 0
}

const rotated = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits))
