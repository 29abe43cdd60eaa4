// Words for lexical matching: runs of letters and digits in lower case, and their stems. Each Chinese
// character and each hiragana is a word, because words are not separated by spaces there.
import { stemmer } from 'stemmer'
import { createMemory } from '../memory.ts'

/** one word; combining marks belong to their letter */
export const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}]\p{M}*|[[\p{L}\p{N}]--[\p{sc=Han}\p{sc=Hiragana}]][[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hiragana}]]*/gv

const stems = createMemory<string>(500_000)

/** text without other letters, which most texts are: the same words, found several times as fast */
const PLAIN = /^[\0-\x7f]*$/
const PLAIN_WORD = /[a-z0-9]+/g

/** The words of a text, in order, lower-cased, letters and their accents composed. */
export const words = (text: string): string[] =>
  (PLAIN.test(text)
    ? text.toLowerCase().match(PLAIN_WORD)
    : text.normalize('NFC').toLowerCase().match(WORD)) ?? []

/** The stem of a lower-cased word (Porter 1980), cached. */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const fresh = stemmer(word)
  stems.set(word, fresh)
  return fresh
}
