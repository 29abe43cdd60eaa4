// The APIs by path. `/rerank` is that of two servers: the body tells which is meant.
import type { Limits } from '../limits.ts'
import { cohereV1 } from './cohere-v1.ts'
import { cohereV2 } from './cohere-v2.ts'
import type { Dialect } from './dialect.ts'
import { tei } from './tei.ts'
import { voyage } from './voyage.ts'

export type { Dialect }

/** The APIs of one path. */
export interface PathDialects {
  readonly all: readonly Dialect[]
  /** the API a body speaks; of the errors before there is a body, for undefined */
  choose(body: unknown): Dialect
}

/** path -> its APIs */
export function createDialects(limits: Limits): Readonly<Record<string, PathDialects>> {
  const [v2, v1, voyageApi, teiApi] = [cohereV2(limits), cohereV1(limits), voyage(limits), tei(limits)]
  const hasTexts = (body: unknown) => typeof body === 'object' && body !== null && 'texts' in body
  const one = (dialect: Dialect): PathDialects => ({ all: [dialect], choose: () => dialect })
  return {
    '/v2/rerank': one(v2),
    '/v1/rerank': one(v1),
    '/voyage/v1/rerank': one(voyageApi),
    '/tei/rerank': one(teiApi),
    '/rerank': { all: [v2, teiApi], choose: (body) => (hasTexts(body) ? teiApi : v2) },
  }
}
