// Scripts without spaces between words, or between a word and its particles. Finding their words needs a
// dictionary, and the dictionaries of Intl.Segmenter differ between runtimes. So a run of their characters
// gives each character and each pair of neighbours (Nie et al. 2000).

/** inside a class of a regular expression with the flag v: the letters of these scripts */
export const GRAM_LETTERS = String.raw`[[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\u30fc\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]&&[\p{L}\p{Nl}]]`

const GRAM = new RegExp(`^${GRAM_LETTERS}`, 'v')
const UNIT = /\P{M}\p{M}*/gu

/** weight of a gram in a score: each character is in three of them */
export const GRAM_WEIGHT = 1 / 3

/** Whether a term is one character of these scripts, or two. */
export const isGram = (term: string): boolean => term.charCodeAt(0) >= 0xe00 && GRAM.test(term)

/** Whether a term is two characters of these scripts. */
export const isPair = (term: string): boolean => isGram(term) && unitsOf(term).length > 1

/** The characters of a run, each with its marks. */
export const unitsOf = (run: string): string[] => run.match(UNIT) ?? []
