// Any tokenizer.json, read by Hugging Face's TypeScript library, with a memory for chunks of text: most text is made of
// words that came before.
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { stem, words } from './words.ts'

/** A run of text without white space, with the space before it where there is one. */
export interface Chunk {
  readonly ids: readonly number[]
  /** [ids.length]: index into `words` of the word a token is part of, -1 for punctuation */
  readonly wordOf: readonly number[]
  /** the words as lexical matching sees them, and their stems */
  readonly words: readonly string[]
  readonly stems: readonly string[]
}

export interface Tokenizer {
  readonly vocabSize: number
  /** Ids of a text, without special tokens. White space counts as single spaces. */
  encode(text: string): number[]
  /** The same, chunk by chunk, with the words the tokens are part of. */
  chunks(text: string): readonly Chunk[]
  idOf(token: string): number | undefined
  tokenOf(id: number): string | undefined
}

/** chunks remembered; about 10 MB when full */
const LIMIT = 50_000
/** if these come out the same in chunks as whole, chunks are safe */
const PROBES = ['Hello, world!', "it's 5€ (CVE-2020-1) naïve 中文 x_y  a", 'a b']

/**
 * Reads the text of a tokenizer.json.
 * @throws {Error} when it is not JSON or not a tokenizer that the library knows
 */
export function loadTokenizer(json: string): Tokenizer {
  const parsed = parse(json)
  const library = new Library(parsed, {})
  const plain = (text: string) => library.encode(text, { add_special_tokens: false }).ids
  const split = (text: string) => text.match(/ ?\S+/g) ?? []
  const whole = (text: string) => plain(text.replace(/\s+/g, ' ').trim())
  const same = (a: readonly number[], b: readonly number[]) =>
    a.length === b.length && a.every((id, i) => id === b[i])
  const chunked = PROBES.every((text) => {
    const clean = text.replace(/\s+/g, ' ').trim()
    return same(plain(clean), split(clean).flatMap(plain))
  })
  const remembered = new Map<string, Chunk>()
  const chunk = (text: string): Chunk => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const fresh = align(text, plain, same)
    if (remembered.size >= LIMIT) remembered.clear()
    remembered.set(text, fresh)
    return fresh
  }
  const chunks = (text: string) => {
    const clean = text.replace(/\s+/g, ' ').trim()
    return (chunked ? split(clean) : [clean]).map(chunk)
  }
  return {
    vocabSize: vocabularySize(parsed),
    chunks,
    encode: (text) => (chunked ? chunks(text).flatMap(({ ids }) => ids) : whole(text)),
    idOf: (token) => library.token_to_id(token),
    tokenOf: (id) => library.id_to_token(id),
  }
}

/** Finds which word each token is part of by encoding words and punctuation one by one. */
function align(
  text: string,
  plain: (text: string) => number[],
  same: (a: readonly number[], b: readonly number[]) => boolean,
): Chunk {
  const ids = plain(text)
  const found = words(text)
  const pieces = text.match(/ ?[\p{L}\p{N}]+| ?[^\p{L}\p{N}\s]+/gu) ?? []
  let word = -1
  const parts = pieces.map((piece) => {
    const spelled = /[\p{L}\p{N}]/u.test(piece)
    if (spelled) word++
    return { ids: plain(piece), word: spelled ? word : -1 }
  })
  const fits = same(
    ids,
    parts.flatMap((part) => part.ids),
  )
  return {
    ids,
    // tokens that span words count as the first: rare, and better than none
    wordOf: fits
      ? parts.flatMap((part) => part.ids.map(() => part.word))
      : ids.map(() => (found.length > 0 ? 0 : -1)),
    words: found,
    stems: found.map(stem),
  }
}

function parse(json: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(json)
    if (typeof parsed === 'object' && parsed !== null && 'model' in parsed)
      return parsed as Record<string, unknown>
  } catch (cause) {
    throw new Error('tokenizer.json is not JSON. Copy it again from where the model came from.', { cause })
  }
  throw new Error(
    'tokenizer.json holds no tokenizer: "model" is missing. Wanted: the file that Hugging Face writes.',
  )
}

/** One more than the highest id: what an embedding table must have. */
function vocabularySize({ model, added_tokens: added = [] }: Record<string, unknown>): number {
  const { vocab = {} } = model as { vocab?: Record<string, number> | readonly unknown[] }
  let top = Array.isArray(vocab) ? vocab.length - 1 : -1
  if (!Array.isArray(vocab))
    for (const id of Object.values(vocab as Record<string, number>)) top = Math.max(top, id)
  for (const { id } of added as readonly { id: number }[]) top = Math.max(top, id)
  return top + 1
}
