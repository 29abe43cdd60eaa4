// Middleware of hono that reranks the list in a JSON answer: `app.use('/search', rerankAnswers(reranker, { list: 'hits' }))`.
import type { Reranker } from '../reranker.ts'
import { type RerankJsonOptions, rerankJson } from './rerank-json.ts'

/** A context of hono, as far as it is used. */
interface HonoContext {
  readonly req: { query(name: string): string | undefined }
  res: Response
}

/** @returns a middleware; an answer that is no JSON, has an error status or no such list goes out as it came */
export const rerankAnswers =
  (reranker: Reranker, options: RerankJsonOptions = {}) =>
  async (context: HonoContext, next: () => Promise<void>): Promise<void> => {
    await next()
    const { res } = context
    const query = context.req.query(options.query ?? 'q')
    if (!query || !res.ok || !/\bjson\b/.test(res.headers.get('content-type') ?? '')) return
    const text = await res.clone().text()
    const answer = await rerankJson(reranker, parsed(text), query, options)
    const headers = new Headers(res.headers)
    // of the body that came
    headers.delete('content-length')
    headers.delete('etag')
    context.res = new Response(JSON.stringify(answer), { status: res.status, headers })
  }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
