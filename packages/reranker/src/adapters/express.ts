// Middleware of Express that reranks the list in the argument of `res.json()`: `app.use('/search',
// rerankAnswers(reranker, { list: 'hits' }))`.
import type { Reranker } from '../reranker.ts'
import { type RerankJsonOptions, rerankJson } from './rerank-json.ts'

/** The used part of a request and a response of Express. */
interface ExpressRequest {
  readonly query: Readonly<Record<string, unknown>>
}
interface ExpressResponse {
  statusCode: number
  json(body: unknown): unknown
}

/** @returns a middleware; an answer with an error status or without such a list is sent unchanged */
export const rerankAnswers =
  (reranker: Reranker, options: RerankJsonOptions = {}) =>
  (request: ExpressRequest, response: ExpressResponse, next: () => void): void => {
    const query = request.query[options.query ?? 'q']
    const send = response.json.bind(response)
    response.json = (body: unknown) => {
      if (typeof query !== 'string' || response.statusCode >= 400) return send(body)
      void rerankJson(reranker, body, query, options).then(send)
      return response
    }
    next()
  }
