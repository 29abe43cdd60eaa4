// The character map of a SentencePiece model ("precompiled_charsmap" of tokenizer.json): a trie over UTF-8
// bytes whose leaves give the replacement of a sequence. It is read as in the Rust library (spm_precompiled:
// a darts-clone double array, then the replacements, each terminated by a 0).
//   4 bytes: size of the trie in bytes | units of the trie, 32 bits each, little endian | results

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/**
 * maximal bytes of a grapheme that is looked up as a whole: longer ones are looked up character by character
 */
const GRAPHEME = 6
const ASCII = /^[\0-\x7f]*$/

/**
 * A function that applies the replacements of the map.
 * @param charsmap base64
 * @throws {Error} when it is truncated
 */
export function charsmapNormalizer(charsmap: string): (text: string) => string {
  const bytes = Uint8Array.from(atob(charsmap), (char) => char.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  const size = bytes.length >= 4 ? view.getUint32(0, true) : 0
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length)
    throw new Error(
      'precompiled_charsmap of tokenizer.json is cut. Copy it again from where the model came from.',
    )
  const trie = Uint32Array.from({ length: size / 4 }, (_, at) => view.getUint32(4 + 4 * at, true))
  const results = bytes.subarray(4 + size)
  const resultAt = (start: number) => decoder.decode(results.subarray(start, results.indexOf(0, start)))

  /** The replacement of the shortest sequence at the start of `key`; undefined when the map has none. */
  function lookUp(key: Uint8Array): string | undefined {
    let node = offsetOf(trie[0]!)
    for (const byte of key) {
      if (byte === 0) return undefined
      node ^= byte
      const unit = trie[node] ?? 0
      if ((unit & 0x800000ff) >>> 0 !== byte) return undefined
      node ^= offsetOf(unit)
      if ((unit >>> 8) & 1) return resultAt(trie[node]! & 0x7fffffff)
    }
    return undefined
  }
  const known = new Map<string, string>()
  const replaced = (part: string): string => {
    const found = known.get(part)
    if (found !== undefined) return found
    const key = encoder.encode(part)
    const whole = key.length < GRAPHEME ? lookUp(key) : undefined
    const fresh = whole ?? Array.from(part, (char) => lookUp(encoder.encode(char)) ?? char).join('')
    // a script has some thousand graphemes
    if (known.size > 20_000) known.clear()
    known.set(part, fresh)
    return fresh
  }
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
  return (text) => {
    let normalized = ''
    // the only ASCII grapheme of two characters is a line end
    const parts = ASCII.test(text)
      ? (text.match(/\r\n|[\s\S]/g) ?? [])
      : Array.from(graphemes.segment(text), ({ segment }) => segment)
    for (const part of parts) normalized += replaced(part)
    return normalized
  }
}

const offsetOf = (unit: number) => (unit >>> 10) << ((unit & (1 << 9)) >>> 6)
