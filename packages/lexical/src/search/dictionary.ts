// Words and their numbers in three typed arrays: a hash table that threads can share and that the garbage
// collector does not scan.

export interface Dictionary {
  /** hash table with open addressing, its length a power of two: a word's number + 1, or 0 */
  readonly slots: Int32Array
  /** [words + 1]: offset of a word's first letter */
  readonly starts: Uint32Array
  /** UTF-16 code units of all words, in the order of their numbers */
  readonly letters: Uint16Array
}

/** allocates the memory of the index: `SharedArrayBuffer` for threads, `ArrayBuffer` elsewhere */
export type Allocate = (bytes: number) => ArrayBuffer | SharedArrayBuffer

/** Numbers words in the order given: 0, 1, 2 and so on. Each word must be unique. */
export function createDictionary(
  words: readonly string[],
  allocate: Allocate = (bytes) => new ArrayBuffer(bytes),
): Dictionary {
  const total = words.reduce((sum, word) => sum + word.length, 0)
  const starts = new Uint32Array(allocate(4 * (words.length + 1)))
  const letters = new Uint16Array(allocate(2 * total))
  // at most half full
  const slots = new Int32Array(allocate(4 * 2 ** Math.ceil(Math.log2(2 * words.length + 2))))
  let at = 0
  for (const [number, word] of words.entries()) {
    starts[number] = at
    for (let i = 0; i < word.length; i++) letters[at++] = word.charCodeAt(i)
    let slot = hash(word) & (slots.length - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
    slots[slot] = number + 1
  }
  starts[words.length] = at
  return { slots, starts, letters }
}

/** The number of a word, -1 if it has none. */
export function numberOfWord({ slots, starts, letters }: Dictionary, word: string): number {
  for (let slot = hash(word) & (slots.length - 1); ; slot = (slot + 1) & (slots.length - 1)) {
    const number = slots[slot]! - 1
    if (number < 0) return -1
    const start = starts[number]!
    if (starts[number + 1]! - start !== word.length) continue
    let i = 0
    while (i < word.length && letters[start + i] === word.charCodeAt(i)) i++
    if (i === word.length) return number
  }
}

/** The word of a number below their count. */
export const wordOfNumber = ({ starts, letters }: Dictionary, number: number): string =>
  String.fromCharCode(...letters.subarray(starts[number], starts[number + 1]))

/** FNV-1a, 32 bits: the same on all machines and in all versions. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** the bits are mixed once more, because the table uses only the lower ones */
function hash(word: string): number {
  const value = hashText(word)
  return (value ^ (value >>> 15)) >>> 0
}
