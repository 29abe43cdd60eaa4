// Names that letters and digits alone do not spell: `c++`, `c#`, `.net`, `node.js`, versions, part numbers `ab-123/4`.
// A name of several words stands behind them as one more word, so that its parts are still found.

/** of a name of several words: longer ones are paths or noise */
const MOST_LETTERS = 64

/** `c++`, `notepad++`, `c#` */
const SIGNED = String.raw`[a-z0-9]*[a-z]\+\+|(?<![\p{L}\p{N}\p{M}])[a-z]#(?![\p{L}\p{N}])`
/** `.net`, not the second dot of an ellipsis */
const DOTTED = String.raw`(?<![\p{L}\p{N}\p{M}.])\.(?=[a-z])`

/**
 * Matches one word or one name.
 * @param first a letter or digit that words begin with, inside the expression
 * @param next what they go on with
 */
export const termPattern = (first: string, next: string): string =>
  String.raw`${SIGNED}|(?:${DOTTED})?${first}${next}*(?:[.\/\-]${first}${next}*(?!${next}|\+\+|#))*`

/**
 * Where a text in lower case may hold a name; most texts have few such places. The sign comes first in the expression,
 * because signs are rare and found fast.
 */
const spot = (letter: string, digit: string) =>
  String.raw`(?:\+\+|#)(?<=[a-z](?:\+\+|#))|\.(?=${letter}|${digit})|[\/\-](?:(?=${digit})|(?<=${digit}[\/\-]))`
export const NAME_SPOT = new RegExp(spot(String.raw`\p{L}`, String.raw`\p{N}`), 'gu')
export const PLAIN_NAME_SPOT = new RegExp(spot('[a-z]', '[0-9]'), 'g')

/**
 * Whether several words with signs between them are a name: with a digit, or with dots alone and more than single letters.
 * @param chain as it stands in the text, in lower case
 */
export function isName(chain: string): boolean {
  if (chain.length > MOST_LETTERS) return false
  // "i.e" and "e.g" would match all texts that explain something
  return /\p{N}/u.test(chain) || (!/[/-]/.test(chain) && /[\p{L}\p{M}]{2}/u.test(chain))
}

/** Whether a word is a name that stands behind its own parts: it makes a text no longer. */
export const standsBehindParts = (word: string): boolean => /[./-]/.test(word)
