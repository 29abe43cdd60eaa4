// The page's call of POST /v2/rerank: what any client of a Cohere v2 rerank API would send.
import type { ExampleDocument } from './example.ts'

export interface Reranked {
  readonly results: readonly { readonly index: number; readonly relevance_score: number }[]
  readonly tokens: number
  /** from sending to having the answer */
  readonly milliseconds: number
}

/** The server's refusal, in its own words. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * @param model the name that GET /health tells
 * @throws {Refusal} any answer that is not 200
 */
export async function rerank(
  query: string,
  documents: readonly ExampleDocument[],
  options: { model: string; key: string; signal: AbortSignal },
): Promise<Reranked> {
  const began = performance.now()
  const response = await fetch('/v2/rerank', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(options.key !== '' && { authorization: `Bearer ${options.key}` }),
    },
    body: JSON.stringify({
      model: options.model,
      query,
      documents: documents.map(({ title, summary }) => ({ title, summary })),
    }),
    signal: options.signal,
  })
  const answer = await response.json().catch(() => ({}))
  if (!response.ok)
    throw new Refusal(response.status, answer.message ?? `The server answered ${response.status}.`)
  return {
    results: answer.results,
    tokens: answer.meta.tokens.input_tokens,
    milliseconds: performance.now() - began,
  }
}

/** The name of the model this server ranks with. */
export async function modelName(): Promise<string> {
  const health = await (await fetch('/health')).json()
  return health.model.name
}
