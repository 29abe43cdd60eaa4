// Weaviate's reranker-transformers, read as its Go client reads it (modules/reranker-transformers/clients/ranker.go): the struct
// that a body is unmarshalled into, 32 documents a request.
import { type Conformance, texts } from './conformance.ts'

interface RankResponse {
  readonly error: string
  readonly scores: readonly { readonly document: string; readonly score: number }[]
}

/** Go's json.Unmarshal: members of other types fail, missing ones are empty. */
function unmarshal(text: string): RankResponse {
  const body = JSON.parse(text)
  const typed = <Value>(value: unknown, otherwise: Value): Value => {
    if (value === undefined || value === null) return otherwise
    if (typeof value !== typeof otherwise)
      throw new Error(`json: cannot unmarshal ${typeof value} into Go value of type ${typeof otherwise}`)
    return value as Value
  }
  return {
    error: typed(body.error, ''),
    scores: (body.scores ?? []).map((one: Record<string, unknown>) => ({
      document: typed(one.document, ''),
      score: typed(one.score, 0),
    })),
  }
}

/** client.Rank: the scores of all requests one after the other. */
export async function weaviateRank(
  ask: typeof fetch,
  origin: string,
  query: string,
  documents: readonly string[],
): Promise<RankResponse['scores']> {
  const scores: RankResponse['scores'][number][] = []
  for (let at = 0; at < documents.length; at += 32) {
    const body = JSON.stringify({ query, documents: documents.slice(at, at + 32), property: '' })
    const answer = await ask(`${origin}/rerank`, { method: 'POST', body })
    const read = unmarshal(await answer.text())
    if (answer.status !== 200)
      throw new Error(`fail with status ${answer.status}${read.error === '' ? '' : `: ${read.error}`}`)
    scores.push(...read.scores)
  }
  return scores
}

export const weaviate: readonly Conformance[] = ['', '/weaviate'].map((origin) => ({
  client:
    origin === '' ? 'Weaviate (reranker-transformers), at its own path' : 'Weaviate (reranker-transformers)',
  readBy: 'clients/ranker.go',
  path: `${origin}/rerank`,
  request: 'property',
  inOrder: true,
  async ask({ url, fetch }, query) {
    const scores = await weaviateRank(fetch, `${url}${origin}`, query, texts)
    return {
      scores: scores.map(({ score }, index) => ({ index, score })),
      documents: scores.map(({ document }) => document),
    }
  },
  refused(thrown) {
    const { message } = thrown as Error
    return { status: Number(/status (\d+)/.exec(message)?.[1]), message }
  },
}))
