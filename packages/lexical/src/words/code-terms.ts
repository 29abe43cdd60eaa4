// Names with signs: `c++`, `c#`, `.net`, `node.js`, versions, part numbers `ab-123/4`. A name of several
// words follows them as an additional word, so that its parts are still found.

/** maximal length of a name of several words: longer ones are paths or noise */
const MOST_LETTERS = 64

/** `c++`, `notepad++`, `c#` */
const SIGNED = String.raw`[a-z0-9]*[a-z]\+\+|(?<![\p{L}\p{N}\p{M}])[a-z]#(?![\p{L}\p{N}])`
/** `.net`, not the second dot of an ellipsis */
const DOTTED = String.raw`(?<![\p{L}\p{N}\p{M}.])\.(?=[a-z])`

/**
 * Matches one word or one name.
 * @param first a letter or digit that words begin with, inside the expression
 * @param next the characters that continue a word
 */
export const termPattern = (first: string, next: string): string =>
  String.raw`${SIGNED}|(?:${DOTTED})?${first}${next}*(?:[.\/\-]${first}${next}*(?!${next}|\+\+|#))*`

/**
 * The parts of a lower-case text that may contain a name; most texts have few. The sign is first in the
 * expression, because signs are rare and found fast.
 */
const spot = (letter: string, digit: string) =>
  String.raw`(?:\+\+|#)(?<=[a-z](?:\+\+|#))|\.(?=${letter}|${digit})|[\/\-](?:(?=${digit})|(?<=${digit}[\/\-]))`
export const NAME_SPOT = new RegExp(spot(String.raw`\p{L}`, String.raw`\p{N}`), 'gu')
export const PLAIN_NAME_SPOT = new RegExp(spot('[a-z]', '[0-9]'), 'g')

/**
 * Whether several words with signs between them are a name: with a digit, or with only dots and more than
 * single letters.
 * @param chain the text of the words, in lower case
 */
export function isName(chain: string): boolean {
  if (chain.length > MOST_LETTERS) return false
  // "i.e" and "e.g" would match all texts that explain something
  return /\p{N}/u.test(chain) || (!/[/-]/.test(chain) && /[\p{L}\p{M}]{2}/u.test(chain))
}

/** Whether a word is a name after its own parts: it does not add to the length of a text. */
export const standsBehindParts = (word: string): boolean => /[./-]/.test(word)
