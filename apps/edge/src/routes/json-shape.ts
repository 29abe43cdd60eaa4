// How deep JSON is nested and how many values it has, told by its bytes before anything is made of them: brackets and commas
// outside of strings. A parser makes an object of each, which costs more than any ranking.

/** a body of documents whose fields are objects has no more */
const DEEPEST = 64
/** lists, objects and what stands between their commas; a thousand documents of fifty fields have a fifth of it */
const MOST_VALUES = 262_144

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d]

export interface JsonFlaw {
  /** 422 where a limit is passed, 400 for what no request has */
  readonly status: 400 | 422
  readonly what: string
}

/** What is wrong with the shape of a body; undefined when nothing is. Whether it is JSON at all is left to the parser. */
export function jsonFlaw(bytes: Uint8Array): JsonFlaw | undefined {
  let depth = 0
  let values = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    // no byte of a longer character is one of these
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if (byte === COMMA) values++
    else if (byte === LIST || byte === OBJECT) {
      values++
      if (++depth > DEEPEST) return TOO_DEEP
    } else if (byte === LIST_END || byte === OBJECT_END) depth--
    if (values > MOST_VALUES) return TOO_MANY
  }
  return undefined
}

const TOO_DEEP: JsonFlaw = { status: 400, what: `is nested deeper than ${DEEPEST} levels` }
const TOO_MANY: JsonFlaw = { status: 422, what: `holds more than ${MOST_VALUES} values` }

/** where the quote stands that ends the string which begins at `start` */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(QUOTE, start + 1); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let slashes = 0
    while (bytes[end - 1 - slashes] === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return bytes.length
}
