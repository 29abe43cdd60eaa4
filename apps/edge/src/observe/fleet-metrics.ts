// The counters of all isolates, for Prometheus: increments that SQL reads from the analytics dataset are added up from the
// start of this process. A data point stands for _sample_interval requests where Cloudflare sampled.
import { BUCKETS, family, labels, requestFamilies } from './metrics.ts'

/** The span of time of a query: (from, to], in whole seconds. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

/** A row of the query below; numbers may come as text. */
export type FleetRow = Readonly<Record<string, string | number>>

/** The columns that identify a row, and the columns of toDataPoint() that they come from. */
const GROUPS = {
  route: 'blob1',
  status: 'blob2',
  cache: 'blob3',
  key: 'blob4',
  passthrough: 'blob7',
} as const

/** The query for Workers Analytics Engine's SQL API that sums the requests of a span of time. */
export function fleetQuery(dataset: string, { from, to }: Span): string {
  if (!/^\w+$/.test(dataset))
    throw new Error(`The dataset is ${JSON.stringify(dataset)}: wanted a name of letters, digits and "_".`)
  const time = (date: Date) => `toDateTime('${date.toISOString().slice(0, 19).replace('T', ' ')}')`
  const sum = (what: string, as: string) => `sum(_sample_interval * ${what}) AS ${as}`
  return `SELECT ${Object.entries(GROUPS)
    .map(([name, column]) => `${column} AS ${name}`)
    .join(
      ', ',
    )}, sum(_sample_interval) AS requests, ${sum('double1', 'milliseconds')}, ${sum('double2', 'documents')}, ${sum('double3', 'tokens')}, ${BUCKETS.map(
    (bound, at) => `sum(if(double1 <= ${bound * 1000}, _sample_interval, 0)) AS le${at}`,
  ).join(
    ', ',
  )} FROM ${dataset} WHERE timestamp > ${time(from)} AND timestamp <= ${time(to)} GROUP BY ${Object.keys(GROUPS).join(', ')} FORMAT JSON`
}

export interface FleetMetrics {
  add(rows: readonly FleetRow[]): void
  /** in Prometheus' text format */
  text(): string
}

export function createFleetMetrics(): FleetMetrics {
  const counters = {
    requests: new Map<string, number>(),
    errors: new Map<string, number>(),
    cache: new Map<string, number>(),
    keyRequests: new Map<string, number>(),
    keyTokens: new Map<string, number>(),
  }
  const buckets = BUCKETS.map(() => 0)
  let [count, seconds, documents, tokens, passthrough] = [0, 0, 0, 0, 0]
  const add = (counter: Map<string, number>, pairs: Record<string, string>, value: number) => {
    const name = labels(pairs)
    counter.set(name, (counter.get(name) ?? 0) + value)
  }

  return {
    add(rows) {
      for (const row of rows) {
        const of = (name: string) => String(row[name] ?? '')
        const figure = (name: string) => Number(row[name] ?? 0)
        const requests = figure('requests')
        add(counters.requests, { route: of('route'), status: of('status') }, requests)
        if (Number(of('status')) >= 400) add(counters.errors, { status: of('status') }, requests)
        if (of('key') !== '') {
          add(counters.keyRequests, { key: of('key') }, requests)
          add(counters.keyTokens, { key: of('key') }, figure('tokens'))
        }
        if (of('cache') === '') continue
        // the metrics below count only answered rankings
        add(counters.cache, { result: of('cache') }, requests)
        if (of('passthrough') !== '') passthrough += requests
        count += requests
        seconds += figure('milliseconds') / 1000
        documents += figure('documents')
        tokens += figure('tokens')
        for (const at of BUCKETS.keys()) buckets[at]! += figure(`le${at}`)
      }
    },
    text() {
      const { requests, errors, cache: caches } = counters
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
        family('disranker_key_requests_total', 'counter', 'Requests by key.', counters.keyRequests),
        family('disranker_key_tokens_total', 'counter', 'Tokens by key.', counters.keyTokens),
      ].join('')
    },
  }
}
