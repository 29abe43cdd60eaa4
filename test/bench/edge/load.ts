// The endpoint under load, in workerd alone: 50 documents of the example a request. Closed loop: as many requests as fit, with
// and without caches. Open loop: half of what it sustains, then four times that, then a mix in which every tenth request
// has 1,000 documents, at 80 % of what it sustains. The load comes from the same machine.
import { cpus } from 'node:os'
import autocannon from 'autocannon'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { DIST, exampleRequests, quantile } from './example-requests.ts'
import { type Outcome, openLoop } from './open-loop.ts'

const DOCUMENTS = 50
const SECONDS = 20
const LARGE = 1_000
const SHARE_LARGE = 0.1
const BUSY = 0.8
const OVERLOAD = 4
const BOUND = 3
const NO_STORE = { 'cache-control': 'no-store' }

interface Closed {
  /** answers 200 */
  readonly perSecond: number
  readonly latency: { readonly p50: number; readonly p97_5: number; readonly p99: number }
  readonly failed: number
}

async function closedLoop(
  url: string,
  bodies: readonly string[],
  connections: number,
  headers: Record<string, string>,
): Promise<Closed> {
  const requests = bodies.map((body) => ({ method: 'POST' as const, path: '/v2/rerank', headers, body }))
  const result = await autocannon({ url, connections, duration: SECONDS / 2, requests })
  const { latency, non2xx, errors } = result
  return { perSecond: result['2xx'] / result.duration, latency, failed: non2xx + errors }
}

const tell = (name: string, { perSecond, latency, failed }: Closed) =>
  console.log(
    `  ${name.padEnd(34)} ${perSecond.toFixed(1).padStart(7)}/s   p50 ${latency.p50} ms   p97.5 ${latency.p97_5} ms   ` +
      `p99 ${latency.p99} ms   not 200: ${failed}`,
  )

/** @returns the p95 and p99 of the accepted ones */
function tellOpen(
  name: string,
  outcomes: readonly Outcome[],
): { readonly p95: number; readonly p99: number } {
  const of = (status: number) => outcomes.filter((one) => one.status === status)
  const told = (some: readonly Outcome[]) => {
    const at = (share: number) =>
      quantile(
        some.map(({ milliseconds }) => milliseconds),
        share,
      ).toFixed(0)
    return some.length === 0
      ? 'none'
      : `${some.length}, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`
  }
  console.log(`  ${name}`)
  console.log(`    accepted ${told(of(200))}`)
  console.log(
    `    refused (503 with Retry-After) ${told(of(503).filter(({ retryAfter }) => retryAfter !== null))}`,
  )
  const lost =
    outcomes.length - of(200).length - of(503).filter(({ retryAfter }) => retryAfter !== null).length
  console.log(`    anything else, or no answer: ${lost}`)
  if (lost > 0) process.exitCode = 1
  const accepted = of(200).map(({ milliseconds }) => milliseconds)
  return { p95: quantile(accepted, 0.95), p99: quantile(accepted, 0.99) }
}

/** 50 documents, and every tenth 1,000. @returns the p95 of the small ones */
async function mixed(url: string, small: readonly string[], perSecond: number): Promise<number> {
  const all = exampleRequests(100, DOCUMENTS)
  const documents = Array.from({ length: LARGE }, (_, at) => {
    const from = all[at % all.length]!.documents
    return from[Math.floor(at / all.length) % from.length]!
  })
  const large = (at: number) => JSON.stringify({ model: 'disranker', query: all[at]!.query, documents })
  const every = 1 / SHARE_LARGE
  const bodies = small.map((body, at) => (at % every === every - 1 ? large(at) : body))
  const cost = 1 - SHARE_LARGE + (SHARE_LARGE * LARGE) / DOCUMENTS
  const outcomes = await openLoop(url, bodies, NO_STORE, (BUSY * perSecond) / cost, 2 * SECONDS)
  const isLarge = (at: number) => (at % bodies.length) % every === every - 1
  const few = outcomes.filter((_, at) => !isLarge(at))
  tellOpen(`mix at ${100 * BUSY} % of it: ${DOCUMENTS} documents`, few)
  tellOpen(
    `mix: ${LARGE} documents`,
    outcomes.filter((_, at) => isLarge(at)),
  )
  return quantile(
    few.map(({ milliseconds }) => milliseconds),
    0.95,
  )
}

/** Prints throughput and latencies; fails when overload makes accepted requests late, or loses any. */
export async function run(): Promise<void> {
  const bodies = exampleRequests(100, DOCUMENTS).map((request) =>
    JSON.stringify({ model: 'disranker', ...request }),
  )
  const server = await serveBare({ dist: DIST })
  const url = `${server.url}/v2/rerank`
  try {
    await openLoop(url, bodies, NO_STORE, 5, 4) // loads and compiles
    console.log(`${DOCUMENTS} documents a request, workerd and the load on ${cpus().length} cores together`)
    console.log(`closed loop, ${SECONDS / 2} s each:`)
    const alone = await closedLoop(server.url, bodies, 1, NO_STORE)
    tell('no cache, 1 connection', alone)
    tell('no cache, 4 connections', await closedLoop(server.url, bodies, 4, NO_STORE))
    // most are refused, and retry at once
    tell('no cache, 64 connections', await closedLoop(server.url, bodies, 64, NO_STORE))
    for (const body of bodies) await (await fetch(url, { method: 'POST', body })).arrayBuffer()
    tell('all remembered, 1 connection', await closedLoop(server.url, bodies, 1, {}))
    tell('all remembered, 4 connections', await closedLoop(server.url, bodies, 4, {}))
    console.log(
      `open loop, ${SECONDS} s each, no cache; sustainable: ${alone.perSecond.toFixed(1)} requests/s`,
    )
    const calm = tellOpen(
      'at half the sustainable rate',
      await openLoop(url, bodies, NO_STORE, alone.perSecond / 2, SECONDS),
    )
    const rate = alone.perSecond * OVERLOAD
    const late = tellOpen(
      `at ${OVERLOAD}x the sustainable rate`,
      await openLoop(url, bodies, NO_STORE, rate, SECONDS),
    )
    const small = await mixed(url, bodies, alone.perSecond)
    console.log(
      `p95 of the small ones in the mix / unloaded p95 = ${(small / calm.p95).toFixed(2)}, bound ${BOUND}`,
    )
    const ratio = late.p99 / calm.p99
    console.log(`accepted p99 under overload / unloaded p99 = ${ratio.toFixed(2)}, bound ${BOUND}`)
    if (ratio > BOUND || small > BOUND * calm.p95) process.exitCode = 1
  } finally {
    await server.close()
  }
}
