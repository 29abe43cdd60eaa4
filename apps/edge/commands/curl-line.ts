// The curl line that dev.ts prints: a real query of the example with a few of its documents.
import type { Example } from '../page/example.ts'

/** characters of a summary: more would fill the terminal */
const SUMMARY = 80

/** A curl call of POST /v2/rerank with the example's shortest query and three documents, the judged one in the middle. */
export function curlLine(url: string, example: Example, model = 'disranker'): string {
  const [query] = example.queries.toSorted((left, right) => left.text.length - right.text.length)
  const judged = Object.entries(query?.grades ?? {}).sort((left, right) => right[1] - left[1])[0]?.[0]
  const others = example.documents.filter(({ id }) => id !== judged)
  const picked = [0.3, 0.7]
    .map((share) => others[Math.floor(share * others.length)])
    .filter((d) => d !== undefined)
  const answer = example.documents.find(({ id }) => id === judged)
  if (answer !== undefined) picked.splice(1, 0, answer)
  const body = {
    model,
    query: query?.text ?? 'which document is this about?',
    // as title and summary, the form the model was trained on
    documents: picked.map(({ title, summary }) => ({ title, summary: summary.slice(0, SUMMARY) })),
  }
  return `curl -s ${url}/v2/rerank -H 'content-type: application/json' -d ${quote(JSON.stringify(body))}`
}

/** Quotes a text as one shell word. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
