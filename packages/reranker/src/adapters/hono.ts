// Middleware of hono that reranks the list in a JSON answer: `app.use('/search', rerankAnswers(reranker, { list: 'hits' }))`.
import type { Reranker } from '../reranker.ts'
import { type RerankJsonOptions, rerankJson } from './rerank-json.ts'

/** The used part of a context of hono. */
interface HonoContext {
  readonly req: { query(name: string): string | undefined }
  res: Response
}

/** @returns a middleware; an answer that is not JSON, has an error status or no such list is sent unchanged */
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
    // headers of the original body
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
