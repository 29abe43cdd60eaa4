/** The record of a request: figures and names that this server defines, never text of a query, a document or a field. */
export interface RequestOutcome {
  /** of the answer's header x-request-id */
  readonly id: string
  /** one of the app's paths */
  readonly route: string
  readonly status: number
  /** from its arrival to its answer */
  readonly milliseconds: number
  readonly documents: number
  readonly tokens: number
  readonly cache?: 'hit' | 'partial' | 'miss' | undefined
  /** why documents were left in the order of the request */
  readonly passthrough?: string | undefined
  /** name of the key that was given */
  readonly key?: string | undefined
  readonly model?: string | undefined
  readonly version?: string | undefined
  /** the internal error, if there was one */
  readonly fault?: string | undefined
  /** version of the code that answered */
  readonly code?: string | undefined
  /** id of the trace it is part of, 32 hex digits */
  readonly trace?: string | undefined
}

const ROUTES = new Set([
  '/info',
  '/tokenize',
  '/tei/info',
  '/tei/tokenize',
  '/tei/health',
  '/meta',
  '/.well-known/ready',
  '/.well-known/live',
  '/v1/models',
  '/v1/events',
  '/v1/experiments',
  '/experiments',
  '/health',
  '/ready',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/',
])

/**
 * A path as one of a bounded set of names: an unknown path could contain any text.
 * @param ranking paths of the rerank APIs
 */
export function routeOf(path: string, ranking: Readonly<Record<string, unknown>>): string {
  if (ROUTES.has(path) || Object.hasOwn(ranking, path)) return path
  if (path.startsWith('/v1/models/')) return '/v1/models'
  return path.startsWith('/models/') ? '/models' : 'other'
}
