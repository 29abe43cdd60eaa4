// The text of an answer's JSON, readable for every client. JavaScript writes a whole number without a
// fraction and an unpaired surrogate unchanged; clients with typed numbers parse the first as an integer
// (Java's (Double) fails), and clients that require valid Unicode fail at the second.

/**
 * an unpaired surrogate as JSON.stringify writes it; an escaped backslash matches first, so that "\\ud800" in
 * a text does not
 */
const ESCAPES = /\\(?:\\|ud[89a-f][0-9a-f]{2})/g
/** a score that is a whole number; quotation marks in texts are escaped, so that no text can match */
const WHOLE_SCORE = /("(?:relevance_score|score|logit)":-?\d+)(?=[,}])/g

/** @param answer our own JSON, with the original documents */
export function answerText(answer: unknown): string {
  const json = JSON.stringify(answer)
  return wellFormed(json).replace(WHOLE_SCORE, '$1.0')
}

/** JSON in valid Unicode: an unpaired surrogate becomes U+FFFD. */
export const wellFormed = (json: string): string =>
  json.includes('\\ud') ? json.replace(ESCAPES, (found) => (found === '\\\\' ? found : '\ufffd')) : json
