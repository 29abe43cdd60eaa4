// An app of the example with aliases, asked in one process; the order and the scores that it gives six texts.
import { createApp } from '@disranker/edge'
import { EXAMPLE } from './example-texts.ts'
import { randomBundle } from './served-example.ts'

export const query = EXAMPLE.queries[0]!.text
export const texts = EXAMPLE.documents.slice(0, 6).map(({ title, summary }) => `${title}. ${summary}`)
export const aliases = new Map([
  ['rerank-v3.5', 'disranker'],
  ['BAAI/bge-reranker-base', 'disranker'],
  ['jina-reranker-v2-base-multilingual', 'disranker'],
])
export const app = createApp({ bundle: async () => randomBundle(), aliases })

export interface Result {
  readonly index: number
  readonly relevance_score: number
  readonly document?: { readonly text: string }
}

export async function ask(path: string, body: unknown, to = app) {
  const answer = await to.request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}
export const order = (
  await ask('/v2/rerank', { model: 'disranker', query, documents: texts })
).body.results.map(({ index }: Result) => index)
export const scores = (
  await ask('/v2/rerank', { model: 'disranker', query, documents: texts })
).body.results.map((one: Result) => one.relevance_score)
