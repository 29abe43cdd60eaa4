// Measures the depth of JSON and the number of its values before it is parsed, by counting brackets and
// commas outside of strings. A parser makes an object for each value, which could cost more than any ranking.

/** levels; enough for documents whose fields are objects */
const DEEPEST = 64
/** lists, objects and the values between commas; a thousand documents of fifty fields have a fifth of it */
const MOST_VALUES = 262_144

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d]
/** 1 for the bytes that count: one table look-up for each other byte */
const COUNTS = new Uint8Array(256)
for (const byte of [QUOTE, COMMA, LIST, LIST_END, OBJECT, OBJECT_END]) COUNTS[byte] = 1

export interface JsonFlaw {
  /** 422: above a limit; 400: a shape that no request has */
  readonly status: 400 | 422
  readonly what: string
}

/** Reads a body block by block. The parser decides whether it is JSON. */
export interface JsonShape {
  /** The problem of everything read so far; undefined if there is none. */
  flawIn(block: Uint8Array): JsonFlaw | undefined
}

export function jsonShape(): JsonShape {
  let depth = 0
  let values = 0
  let inString = false
  /** whether the next byte is escaped by a backslash before it */
  let escaped = false

  /** @returns the position of the quote that ends the string, or the block's length if it is not in this block */
  function endOfString(block: Uint8Array, start: number): number {
    let from = start
    if (escaped && from < block.length) {
      from++
      escaped = false
    }
    for (let end = block.indexOf(QUOTE, from); end >= 0; end = block.indexOf(QUOTE, end + 1)) {
      if (isEscaped(block, from, end)) continue
      inString = false
      return end
    }
    escaped ||= isEscaped(block, from, block.length)
    return block.length
  }

  return {
    flawIn(block) {
      for (let at = inString ? endOfString(block, 0) + 1 : 0; at < block.length; at++) {
        const byte = block[at]!
        if (COUNTS[byte] === 0) continue
        // all bytes of a longer character are above these
        if (byte === QUOTE) {
          inString = true
          at = endOfString(block, at + 1)
        } else if (byte === COMMA) values++
        else if (byte === LIST || byte === OBJECT) {
          values++
          if (++depth > DEEPEST) return TOO_DEEP
        } else if (byte === LIST_END || byte === OBJECT_END) depth--
        if (values > MOST_VALUES) return TOO_MANY
      }
      return undefined
    },
  }
}

/** Whether an odd number of backslashes precedes the byte at `end`, counted from `from`. */
function isEscaped(block: Uint8Array, from: number, end: number): boolean {
  let slashes = 0
  while (end - 1 - slashes >= from && block[end - 1 - slashes] === BACKSLASH) slashes++
  return slashes % 2 === 1
}

const TOO_DEEP: JsonFlaw = { status: 400, what: `is nested deeper than ${DEEPEST} levels` }
const TOO_MANY: JsonFlaw = { status: 422, what: `has more than ${MOST_VALUES} values` }
