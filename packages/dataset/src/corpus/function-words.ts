// Words that are left out of a corpus of a language if the log has no list. Only French has one: its
// questions rank better without them on public judgements, those of the other languages not clearly (LOG.md).
// Long lists make every language worse.
import { fra } from 'stopword'

/**
 * Function words of a language, by its code in ISO 639-1; undefined if leaving them out was not shown to
 * help.
 */
export const functionWordsOf = (language: string): readonly string[] | undefined =>
  language === 'fr' ? fra : undefined
