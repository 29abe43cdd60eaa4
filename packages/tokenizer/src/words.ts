// Words as lexical matching sees them: runs of letters and digits in lower case, and their stems.
import { stemmer } from 'stemmer'

const WORD = /[\p{L}\p{N}]+/gu
/** stems kept: about as many as a language has frequent words */
const LIMIT = 50_000
const stems = new Map<string, string>()

/** The words of a text, in order, lower-cased. */
export const words = (text: string): string[] => text.toLowerCase().match(WORD) ?? []

/** The stem of a lower-cased word (Porter 1980), remembered for the next time. */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const fresh = stemmer(word)
  // forgetting everything at once is simpler than an order of use, and as good for a bound that is rarely met
  if (stems.size >= LIMIT) stems.clear()
  stems.set(word, fresh)
  return fresh
}
