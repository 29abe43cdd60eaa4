// Finds the word of each token: the letters of the tokens are aligned with their source text.
import { WORD } from '@disranker/lexical'

/** How a kind of tokenizer encodes letters. */
export interface Spelling {
  /** 256 letters that stand for bytes */
  readonly byteLevel: boolean
  /** the prefix of a token that continues a word, "" for none */
  readonly continuing: string
  readonly unknown: string | undefined
}

/**
 * Finds the word of each token.
 * @param tokens names of the tokens
 * @param text their source, normalised
 * @param pieces the text split by the pre-tokenizer; an unknown token stands for one piece
 * @returns [tokens.length]: index among the words of `text`, -1 for none; undefined when the tokens do not spell the text
 */
export function wordOfTokens(
  tokens: readonly string[],
  text: string,
  pieces: () => readonly string[],
  spelling: Spelling,
): number[] | undefined {
  const { letters, wordAt } = lay(text)
  return lettersOfTokens(tokens, letters, pieces, spelling)?.map(({ start, end }) => {
    for (let i = start; i < end; i++) if (wordAt[i]! >= 0) return wordAt[i]!
    return -1
  })
}

export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Finds the offsets of each token in the text.
 * @returns [tokens.length]: code units; undefined when the tokens do not spell the text
 */
export function placesOfTokens(
  tokens: readonly string[],
  text: string,
  pieces: () => readonly string[],
  spelling: Spelling,
): Span[] | undefined {
  let letters = ''
  const from: number[] = []
  let unit = 0
  for (const character of text) {
    const bytes = character.search(SPACES) < 0 ? toBytes(character) : ''
    letters += bytes
    for (let i = 0; i < bytes.length; i++) from.push(unit)
    unit += character.length
  }
  from.push(text.length)
  return lettersOfTokens(tokens, letters, pieces, spelling)?.map(({ start, end }) => {
    let after = end
    // a token may end within a character
    while (after < letters.length && from[after] === from[after - 1]) after++
    return { start: from[start]!, end: end > start ? from[after]! : from[start]! }
  })
}

/** The offsets of each token in the bytes that all of them spell. */
function lettersOfTokens(
  tokens: readonly string[],
  letters: string,
  pieces: () => readonly string[],
  spelling: Spelling,
): Span[] | undefined {
  // ends of pieces, only needed to skip an unknown token
  let ends: number[] | undefined
  let piece = 0
  let at = 0
  const found: Span[] = []
  for (const token of tokens) {
    let spelled: string
    if (token === spelling.unknown) {
      ends ??= endsOf(pieces(), spelling)
      while (piece < ends.length && ends[piece]! <= at) piece++
      spelled = letters.slice(at, ends[piece] ?? at)
    } else spelled = spell(token, spelling)
    if (!letters.startsWith(spelled, at)) return undefined
    found.push({ start: at, end: at + spelled.length })
    at += spelled.length
  }
  return at === letters.length ? found : undefined
}

/** a space, and its replacement in some vocabularies */
const SPACES = /[\u2581 ]/g

/** The bytes of a text without its spaces, and the word of each. */
function lay(text: string): { letters: string; wordAt: number[] } {
  let letters = ''
  const wordAt: number[] = []
  const put = (part: string, word: number) => {
    const bytes = toBytes(part.replaceAll(SPACES, ''))
    letters += bytes
    for (let i = 0; i < bytes.length; i++) wordAt.push(word)
  }
  let end = 0
  let word = 0
  for (const match of text.matchAll(WORD)) {
    put(text.slice(end, match.index), -1)
    put(match[0], word++)
    end = match.index + match[0].length
  }
  put(text.slice(end), -1)
  return { letters, wordAt }
}

function endsOf(pieces: readonly string[], { byteLevel }: Spelling): number[] {
  let end = 0
  return pieces.map((piece) => {
    end += spell(piece, { byteLevel, continuing: '', unknown: undefined }).length
    return end
  })
}

/** The bytes of a token, without spaces. */
function spell(token: string, { byteLevel, continuing }: Spelling): string {
  if (byteLevel)
    return Array.from(token, (letter) => letterBytes.get(letter) ?? toBytes(letter))
      .join('')
      .replaceAll(' ', '')
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)
  if (byte) return String.fromCharCode(Number.parseInt(byte[1]!, 16))
  const bare = continuing !== '' && token.startsWith(continuing) ? token.slice(continuing.length) : token
  return toBytes(bare.replaceAll(SPACES, ''))
}

const encoder = new TextEncoder()
/** UTF-8, one character for each byte */
const toBytes = (text: string) =>
  Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join('')

/** The letter for each byte (Radford et al. 2019): itself if it is visible, else one from 256 on. */
export function byteLetters(): string[] {
  const seen = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(seen(byte) ? byte : next++))
}

const letterBytes = new Map(byteLetters().map((letter, byte) => [letter, String.fromCharCode(byte)]))
