// Words of any language: Unicode's compatible forms in lower case, grams where words are not separated by
// spaces, names of code.
import { isName, NAME_SPOT, PLAIN_NAME_SPOT, termPattern } from './code-terms.ts'
import { GRAM_LETTERS, unitsOf } from './grams.ts'

const LETTER = String.raw`[[\p{L}\p{N}]--${GRAM_LETTERS}]`
const NEXT = String.raw`[[\p{L}\p{N}\p{M}]--${GRAM_LETTERS}]`
const WORD = `${LETTER}${NEXT}*`
const RUN = String.raw`(?:${GRAM_LETTERS}\p{M}*)+`
const ANY = new RegExp(`${RUN}|${WORD}`, 'gv')
const ANY_NAMED = new RegExp(`${RUN}|${termPattern(LETTER, NEXT)}`, 'gv')
const ALL_GRAMS = new RegExp(`^${GRAM_LETTERS}`, 'v')

/** text without other letters: the same words, found several times as fast */
const PLAIN = /^[\0-\x7f]*$/
const PLAIN_ANY = /[a-z0-9]+/g
const PLAIN_NAMED = new RegExp(termPattern('[a-z0-9]', '[a-z0-9]'), 'gu')
const PARTS = new RegExp(WORD, 'gv')

/** trade mark signs: their compatible forms are letters, which would join the word before */
const TRADE_MARKS = /[\u2120\u2122]/g
/**
 * joiners, variation selectors, soft hyphens: invisible characters do not separate words (Sinhala's and
 * Persian's contain some)
 */
const UNSEEN = /\p{DI}/gu

/** The form in which words are compared. @param turkish whether I and İ are different letters, as in Turkish */
export function fold(text: string, turkish: boolean): string {
  const compatible = text.replace(UNSEEN, '').replace(TRADE_MARKS, ' ').normalize('NFKC')
  const cased = turkish ? compatible.replaceAll('I', 'ı').replaceAll('İ', 'i') : compatible
  // a final sigma becomes a sigma; the dot of a lower-cased İ is removed
  return cased.toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i')
}

/** The words of a text, in order. */
export function wordsOf(text: string, turkish: boolean): string[] {
  const plain = !turkish && PLAIN.test(text)
  const folded = plain ? text.toLowerCase() : fold(text, turkish)
  const [ordinary, named] = plain ? [PLAIN_ANY, PLAIN_NAMED] : [ANY, ANY_NAMED]
  const spots = plain ? PLAIN_NAME_SPOT : NAME_SPOT
  if (plain && folded.search(spots) < 0) return folded.match(PLAIN_ANY) ?? []
  const found: string[] = []
  const putWord = (word: string) => found.push(word)
  inParts(folded, spots, (part, _, mayHoldNames) => {
    const matches = part.match(mayHoldNames ? named : ordinary) ?? []
    if (plain && !mayHoldNames) for (const match of matches) found.push(match)
    else for (const match of matches) put(match, 0, putWord)
  })
  return found
}

/**
 * The words of a folded text, with their offsets in it.
 * @param take called for each word, in the order of `wordsOf`; a name of several words has no offset
 */
export function placeWords(folded: string, take: (word: string, start: number, end: number) => void): void {
  inParts(folded, NAME_SPOT, (part, start, mayHoldNames) => {
    for (const match of part.matchAll(mayHoldNames ? ANY_NAMED : ANY))
      put(match[0], start + match.index, take)
  })
}

/** Splits a text at spaces, so that the slow search for names only reads the parts that may contain one. */
function inParts(
  folded: string,
  spots: RegExp,
  visit: (part: string, start: number, mayHoldNames: boolean) => void,
): void {
  let from = 0
  for (const { index } of folded.matchAll(spots)) {
    // in the part of the spot before it
    if (index < from) continue
    const start = Math.max(from, folded.lastIndexOf(' ', index) + 1)
    const space = folded.indexOf(' ', index)
    const end = space < 0 ? folded.length : space
    if (start > from) visit(folded.slice(from, start), from, false)
    visit(folded.slice(start, end), start, true)
    from = end
  }
  if (from < folded.length) visit(folded.slice(from), from, false)
}

function put(match: string, at: number, take: (word: string, start: number, end: number) => void): void {
  if (ALL_GRAMS.test(match)) {
    let before = ''
    let start = at
    for (const unit of unitsOf(match)) {
      if (before !== '') take(before + unit, start - before.length, start + unit.length)
      take(unit, start, start + unit.length)
      before = unit
      start += unit.length
    }
    return
  }
  if (!SIGNS.test(match) || SIGNED.test(match)) {
    take(match, at, at + match.length)
    return
  }
  for (const part of match.matchAll(PARTS)) take(part[0], at + part.index, at + part.index + part[0].length)
  if (isName(match)) take(match, at + match.length, at + match.length)
}

const SIGNS = /[./\-+#]/
const SIGNED = /[+#]$/
