// The endpoint under load, in workerd: 50 documents of the example a request. Closed loop: as many requests as fit, with
// and without caches. Open loop: half of what it sustains, then four times that. The load comes from the same machine.
import { cpus } from 'node:os'
import { serve } from '@disranker/edge/serve'
import autocannon from 'autocannon'
import { DIST, exampleRequests, quantile } from './example-requests.ts'
import { type Outcome, openLoop } from './open-loop.ts'

const DOCUMENTS = 50
const SECONDS = 20
const OVERLOAD = 4
const BOUND = 3
const NO_STORE = { 'cache-control': 'no-store' }

interface Closed {
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
  const {
    latency,
    requests: rate,
    non2xx,
    errors,
  } = await autocannon({ url, connections, duration: SECONDS / 2, requests })
  return { perSecond: rate.average, latency, failed: non2xx + errors }
}

const tell = (name: string, { perSecond, latency, failed }: Closed) =>
  console.log(
    `  ${name.padEnd(34)} ${perSecond.toFixed(1).padStart(7)}/s   p50 ${latency.p50} ms   p97.5 ${latency.p97_5} ms   ` +
      `p99 ${latency.p99} ms   not 200: ${failed}`,
  )

function tellOpen(name: string, outcomes: readonly Outcome[]): number {
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
  return quantile(
    of(200).map(({ milliseconds }) => milliseconds),
    0.99,
  )
}

/** Prints throughput and latencies; fails when overload makes accepted requests late, or loses any. */
export async function run(): Promise<void> {
  const bodies = exampleRequests(100, DOCUMENTS).map((request) =>
    JSON.stringify({ model: 'disranker', ...request }),
  )
  const server = await serve({ dist: DIST, alone: true })
  const url = `${server.url}/v2/rerank`
  try {
    await openLoop(url, bodies, NO_STORE, 5, 4) // loads and compiles
    console.log(`${DOCUMENTS} documents a request, workerd and the load on ${cpus().length} cores together`)
    console.log(`closed loop, ${SECONDS / 2} s each:`)
    const alone = await closedLoop(server.url, bodies, 1, NO_STORE)
    tell('no cache, 1 connection', alone)
    tell('no cache, 4 connections', await closedLoop(server.url, bodies, 4, NO_STORE))
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
    console.log(`accepted p99 under overload / unloaded p99 = ${(late / calm).toFixed(2)}, bound ${BOUND}`)
    if (late > BOUND * calm) process.exitCode = 1
  } finally {
    await server.close()
  }
}
