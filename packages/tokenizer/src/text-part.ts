// Query, title or summary: tokens, words, and which token is part of which word.
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

/** Most characters that are read for so many tokens, so that a longer text costs no more. */
export const charactersFor = (tokens: number) => Math.max(4000, 16 * tokens)

/**
 * Encodes as much of a text as can matter for so many tokens: ids up to about those, and all words.
 * @param analyzer what the words are, porter by default
 */
export function toTextPart(tokenizer: Tokenizer, text: string, limit: number, analyzer?: Analyzer): TextPart {
  const part: TextPart = { ids: [], words: [], stems: [], wordOf: [], wordEnd: [] }
  const chunks = tokenizer.chunks(head(text, charactersFor(limit)), limit, analyzer)
  for (const chunk of chunks) append(part, chunk)
  return part
}

/** White space as single spaces, none at the ends: how the models that are trained here read a text. */
export const singleSpaced = (text: string): string => text.replace(/[^\S ]\s*| \s+/g, ' ').trim()

/** a letter with more marks is none (Unicode's stream-safe format), and sorting them takes a square of their number */
const MARKS = /(\p{M}{30})\p{M}+/gu

/** The first characters of a text, no character cut in two. */
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
