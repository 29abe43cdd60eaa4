// The APIs by path. `/rerank` is that of two kinds of servers: the body tells which is meant.
import type { Limits } from '../limits.ts'
import { eitherError } from './answers.ts'
import { cohereV1 } from './cohere-v1.ts'
import { cohereV2 } from './cohere-v2.ts'
import { type Dialect, type Errors, JINA_ERRORS } from './dialect.ts'
import { score } from './score.ts'
import { TEI_ERRORS, type TeiTruncation, tei, teiErrorBody } from './tei.ts'
import { vllm } from './vllm.ts'
import { VOYAGE_ERRORS, voyage } from './voyage.ts'

export type { Dialect, Errors, TeiTruncation }

/** The APIs of one path. */
export interface PathDialects {
  readonly all: readonly Dialect[]
  /** the API a body speaks; of the errors before there is a body, for undefined */
  choose(body: unknown): Dialect
}

/** path -> its APIs */
export function createDialects(
  limits: Limits,
  truncation?: TeiTruncation,
): Readonly<Record<string, PathDialects>> {
  const [vllmApi, teiApi] = [vllm(limits), tei(limits, truncation)]
  const one = (dialect: Dialect): PathDialects => ({ all: [dialect], choose: () => dialect })
  // what is refused before its body is read is refused in the words of both
  const other: Dialect = {
    ...vllmApi,
    errorSchema: eitherError,
    errorBody: (error, id) => ({ ...(JINA_ERRORS.errorBody(error, id) as object), ...teiErrorBody(error) }),
  }
  return {
    '/v2/rerank': one(cohereV2(limits)),
    '/v1/rerank': one(cohereV1(limits)),
    '/voyage/v1/rerank': one(voyage(limits)),
    '/tei/rerank': one(teiApi),
    '/rerank': {
      all: [other, teiApi],
      choose: (body) => (typeof body === 'object' && body !== null && 'texts' in body ? teiApi : other),
    },
    '/score': one(score(limits, 'score')),
    '/v1/score': one(score(limits, 'scoreV1')),
  }
}

/** How errors are told at a path that the API it belongs to does not have. */
export function errorsUnder(path: string): Errors | undefined {
  if (path.startsWith('/voyage/')) return VOYAGE_ERRORS
  if (path.startsWith('/tei/')) return TEI_ERRORS
  return path.startsWith('/v1/') ? JINA_ERRORS : undefined
}
