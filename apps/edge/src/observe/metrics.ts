// The counters of an isolate since its start, in Prometheus' text format 0.0.4. A scraper only sees those of
// the isolate that answers; commands/exporter.ts counts all isolates, from the analytics dataset.
import type { RequestOutcome } from './request-outcome.ts'

/** seconds */
export const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const CACHE = ['hit', 'partial', 'miss'] as const

const HELP: Readonly<Record<string, string>> = {
  disranker_wasm_heap_bytes: 'Memory of the runtime; it never shrinks.',
  disranker_score_cache_bytes: 'Memory of remembered scores.',
  disranker_answer_cache_bytes: 'Memory of whole answers.',
  disranker_bodies_bytes: 'Bodies of the requests that arrive and are answered, inflated.',
  disranker_queue_tokens: 'Tokens of the requests that run and wait.',
}

export interface Metrics {
  observe(outcome: RequestOutcome): void
  /** @param gauges by name */
  text(gauges: Readonly<Record<string, number>>): string
}

export function createMetrics(): Metrics {
  const requests = new Map<string, number>()
  const errors = new Map<string, number>()
  const caches = new Map<string, number>(CACHE.map((state) => [labels({ result: state }), 0]))
  const buckets = BUCKETS.map(() => 0)
  let [count, seconds, documents, tokens, passthrough] = [0, 0, 0, 0, 0]
  const add = (counters: Map<string, number>, key: string) => counters.set(key, (counters.get(key) ?? 0) + 1)

  return {
    observe(outcome) {
      const { route, status } = outcome
      add(requests, labels({ route, status }))
      if (status >= 400) add(errors, labels({ status }))
      if (outcome.cache === undefined) return
      // the metrics below count only answered rankings
      add(caches, labels({ result: outcome.cache }))
      if (outcome.passthrough !== undefined) passthrough++
      documents += outcome.documents
      tokens += outcome.tokens
      count++
      const took = outcome.milliseconds / 1000
      seconds += took
      for (const [at, bound] of BUCKETS.entries()) if (took <= bound) buckets[at]!++
    },
    text(gauges) {
      return [
        ...requestFamilies({
          requests,
          errors,
          caches,
          documents,
          tokens,
          passthrough,
          buckets,
          count,
          seconds,
        }),
        ...Object.entries(gauges).map(([name, value]) =>
          family(name, 'gauge', HELP[name] ?? name, single(value)),
        ),
      ].join('')
    },
  }
}

const single = (value: number) => new Map([['', value]])

/** The counters of requests, of one isolate or of all. */
export interface RequestCounts {
  /** by labels */
  readonly requests: ReadonlyMap<string, number>
  readonly errors: ReadonlyMap<string, number>
  readonly caches: ReadonlyMap<string, number>
  readonly documents: number
  readonly tokens: number
  readonly passthrough: number
  /** [BUCKETS]: answered rankings within each bound; their number, and seconds in sum */
  readonly buckets: readonly number[]
  readonly count: number
  readonly seconds: number
}

export function requestFamilies(counts: RequestCounts): string[] {
  const { requests, errors, caches, documents, tokens, passthrough, buckets, count, seconds } = counts
  const histogram = new Map([
    ...BUCKETS.map((bound, at) => [`_bucket${labels({ le: bound })}`, buckets[at]!] as const),
    [`_bucket${labels({ le: '+Inf' })}`, count],
    ['_sum', seconds],
    ['_count', count],
  ])
  return [
    family('disranker_requests_total', 'counter', 'Requests by route and status.', requests),
    family('disranker_errors_total', 'counter', 'Answers of status 400 and above.', errors),
    family('disranker_documents_total', 'counter', 'Documents ranked.', single(documents)),
    family('disranker_tokens_total', 'counter', 'Tokens of ranked documents.', single(tokens)),
    family('disranker_cache_total', 'counter', 'Rankings by cached scores.', caches),
    family('disranker_passthrough_total', 'counter', 'Rankings left in their order.', single(passthrough)),
    family('disranker_request_seconds', 'histogram', 'From arrival to answer of a ranking.', histogram),
  ]
}

/** One metric with its values by label. */
export function family(
  name: string,
  type: string,
  help: string,
  values: ReadonlyMap<string, number>,
): string {
  const lines = [...values]
    .sort(type === 'histogram' ? () => 0 : undefined)
    .map(([key, value]) => `${name}${key} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
}

/** Pairs as `{route="/rerank",status="200"}`. */
export function labels(pairs: Readonly<Record<string, string | number>>): string {
  const escaped = (value: string | number) =>
    String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `{${Object.entries(pairs)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',')}}`
}
