// Query, title or summary: tokens, words, and the words of each token.
import type { Analyzer } from '@disranker/lexical'
import type { Chunk } from './chunks/chunk.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface TextPart {
  readonly ids: number[]
  readonly words: string[]
  readonly stems: string[]
  /** [ids.length]: index into words of the first word, -1 for none */
  readonly wordOf: number[]
  /** [ids.length]: one more than the index of the last one */
  readonly wordEnd: number[]
}

/** Maximal characters that are read for a number of tokens, so that a longer text costs no more. */
export const charactersFor = (tokens: number) => Math.max(4000, 16 * tokens)

/**
 * Encodes the part of a text that can matter for a number of tokens: about that many ids, and all words.
 * @param analyzer defines the words; `porter` by default
 */
export function toTextPart(tokenizer: Tokenizer, text: string, limit: number, analyzer?: Analyzer): TextPart {
  const part: TextPart = { ids: [], words: [], stems: [], wordOf: [], wordEnd: [] }
  const chunks = tokenizer.chunks(head(text, charactersFor(limit)), limit, analyzer)
  for (const chunk of chunks) append(part, chunk)
  return part
}

/** White space as single spaces, none at the ends: the form of a text for models that are trained here. */
export const singleSpaced = (text: string): string => text.replace(/[^\S ]\s*| \s+/g, ' ').trim()

/** maximal marks of a letter (Unicode's stream-safe format), because sorting marks takes quadratic time */
const MARKS = /(\p{M}{30})\p{M}+/gu

/** The first characters of a text, without splitting a surrogate pair. */
function head(text: string, characters: number): string {
  // a text of only white space is empty, however long it is
  const first = text.slice(0, characters)
  const start = first.trim() === '' ? text.trimStart().slice(0, characters) : first
  return (/[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start).replace(MARKS, '$1')
}

function append(part: TextPart, chunk: Chunk): void {
  const base = part.words.length
  for (const id of chunk.ids) part.ids.push(id)
  for (const word of chunk.wordOf) part.wordOf.push(word < 0 ? -1 : base + word)
  for (const end of chunk.wordEnd) part.wordEnd.push(base + end)
  for (const word of chunk.words) part.words.push(word)
  for (const stem of chunk.stems) part.stems.push(stem)
}
