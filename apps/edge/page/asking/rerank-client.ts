// The page's call of POST /v2/rerank: the request of any client of Cohere's rerank API v2.
import type { Explanation } from '@disranker/reranker'
import type { ExampleDocument } from '../example.ts'
import type { First } from '../first.ts'
import type { RecordedList } from '../own-record.ts'

export interface Reranked {
  readonly results: readonly RerankedDocument[]
  readonly tokens: number
  /** where it ranked, how long it took, and what was cached, in words */
  readonly how: string
  /** <id>@<version> */
  readonly model: string
  /** of a search that is recorded */
  readonly ubi?: RecordedList
}

export interface RerankedDocument {
  readonly index: number
  readonly relevance_score: number
  /** on request */
  readonly explanation?: Explanation
}

export interface Asked {
  readonly model: string
  readonly key: string
  readonly signal: AbortSignal
  readonly explain?: boolean
  /** the searcher, for a search that is recorded */
  readonly ubi?: object | undefined
}

/** The server's refusal, with its own message. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The body of a request; a document without a title is a plain string. */
export const bodyOf = (model: string, query: string, documents: readonly ExampleDocument[]) => ({
  model,
  query,
  documents: documents.map(({ title, summary }) => (title === '' ? summary : { title, summary })),
})

export const keyHeaders = (key: string): Record<string, string> =>
  key === '' ? {} : { authorization: `Bearer ${key}` }

/**
 * Ranks at the edge.
 * @throws {Refusal} any answer that is not 200
 */
export async function rerankAtTheEdge(
  query: string,
  documents: readonly ExampleDocument[],
  { model, key, signal, explain, ubi }: Asked,
): Promise<Reranked> {
  const began = performance.now()
  const response = await fetch('/v2/rerank', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keyHeaders(key) },
    body: JSON.stringify({
      ...bodyOf(model, query, documents),
      ...(explain && { explain }),
      ...(ubi && { ubi }),
    }),
    signal,
  })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok)
    throw new Refusal(response.status, answer.message ?? `The server answered ${response.status}.`)
  const milliseconds = (performance.now() - began).toFixed(0)
  const cache = response.headers.get('x-disranker-cache')
  return {
    results: answer.results,
    tokens: answer.meta.tokens.input_tokens,
    how: `rerank ${milliseconds} ms to the edge and back, cache: ${cache}`,
    model: response.headers.get('x-disranker-model') ?? model,
    ...(answer.ubi && { ubi: answer.ubi }),
  }
}

/** The facts about the server for the page; GET /page.json. */
export interface ServerState {
  /** whether it needs a key */
  readonly key: boolean
  /** the name of the default model */
  readonly model?: string
  /** whether the page may ask search APIs of other origins */
  readonly search?: boolean
  /** whether searches of the page are recorded */
  readonly record?: boolean
  readonly example: First | null
}

/** @throws {Error} the server does not answer */
export async function serverState(): Promise<ServerState> {
  const response = await fetch('/page.json')
  if (!response.ok) throw new Error(`/page.json: the server answered ${response.status}`)
  return response.json()
}
