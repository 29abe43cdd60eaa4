// Words that are left out of a corpus of a language where the log brings no list of its own. Only French: its questions rank better
// without them on public judgements, those of the other languages do not clearly (LOG.md). Long lists make every language worse.
import { fra } from 'stopword'

/** Function words of a language, by its code in ISO 639-1; undefined where leaving them out was not shown to help. */
export const functionWordsOf = (language: string): readonly string[] | undefined =>
  language === 'fr' ? fra : undefined
