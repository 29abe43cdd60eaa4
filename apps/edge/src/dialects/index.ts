// The APIs by path. `/rerank` is that of two servers: the body tells which is meant.
import type { Limits } from '../limits.ts'
import { cohereV1 } from './cohere-v1.ts'
import { cohereV2 } from './cohere-v2.ts'
import type { Dialect } from './dialect.ts'
import { tei } from './tei.ts'
import { voyage } from './voyage.ts'

export type { Dialect }

/** path -> the dialect of a body; of the errors before there is a body, for undefined */
export function createDialects(limits: Limits): Readonly<Record<string, (body: unknown) => Dialect>> {
  const [v2, v1, voyageApi, teiApi] = [cohereV2(limits), cohereV1(limits), voyage(limits), tei(limits)]
  const hasTexts = (body: unknown) => typeof body === 'object' && body !== null && 'texts' in body
  return {
    '/v2/rerank': () => v2,
    '/v1/rerank': () => v1,
    '/voyage/v1/rerank': () => voyageApi,
    '/tei/rerank': () => teiApi,
    '/rerank': (body) => (hasTexts(body) ? teiApi : v2),
  }
}
