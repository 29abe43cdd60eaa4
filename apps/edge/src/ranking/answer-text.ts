// The text of an answer's JSON, as every client can read it. JavaScript writes a whole number without a fraction and half of a
// surrogate pair as it stands; clients with typed numbers take the first for an integer (Java's (Double) fails), and those whose
// texts must be Unicode fail at the second.

/** half of a surrogate pair as JSON.stringify writes it; an escaped backslash is taken first, so that "\\ud800" in a text is none */
const ESCAPES = /\\(?:\\|ud[89a-f][0-9a-f]{2})/g
/** a whole number that is a score; a quotation mark within a text is escaped, so that no text has such a member */
const WHOLE_SCORE = /("(?:relevance_score|score|logit)":-?\d+)(?=[,}])/g

/** @param answer JSON of our own making, and documents as they came */
export function answerText(answer: unknown): string {
  const json = JSON.stringify(answer)
  return wellFormed(json).replace(WHOLE_SCORE, '$1.0')
}

/** JSON whose texts are Unicode: half of a surrogate pair becomes U+FFFD. */
export const wellFormed = (json: string): string =>
  json.includes('\\ud') ? json.replace(ESCAPES, (found) => (found === '\\\\' ? found : '\ufffd')) : json
