// `npm run bench -- against <another checkout> [rounds]`: the cost of a request in this checkout and in
// another, in turns in one run: 50 documents on the Node server, without caches, by one connection and by
// eight; the same, cached, on the Node server and in workerd, which `npm run bench -- hit <another checkout>`
// measures alone.
import { join, resolve } from 'node:path'
import autocannon from 'autocannon'
import { buildWorker, serveBare } from '../../edge/served/bare-workerd.ts'
import { startNode } from '../../edge/served/node-process.ts'
import { DIST, exampleRequests, quantile } from './example-requests.ts'

const DOCUMENTS = 50
const SECONDS = 4
const ROUNDS = 5
const NO_STORE = { 'cache-control': 'no-store' }
/** eight connections are served at a time */
const VARIABLES = { MAX_QUEUE_TOKENS: '1000000' }

interface Server {
  readonly url: string
  cpu(): number
  close(): Promise<void>
}

interface Measured {
  /** ms of CPU of a request that was answered 200 */
  readonly cpu: number
  readonly perSecond: number
  readonly p50: number
}

const bodies = () =>
  exampleRequests(60, DOCUMENTS).map((request) => JSON.stringify({ model: 'disranker', ...request }))

async function measured(
  server: Server,
  connections: number,
  headers: Readonly<Record<string, string>>,
): Promise<Measured> {
  const requests = bodies().map((body) => ({ method: 'POST' as const, path: '/v2/rerank', headers, body }))
  const began = server.cpu()
  const result = await autocannon({ url: server.url, connections, duration: SECONDS, requests })
  const cpu = server.cpu() - began
  if (result.non2xx + result.errors > 0)
    throw new Error(`${result.non2xx + result.errors} were not answered.`)
  return { cpu: cpu / result['2xx'], perSecond: result['2xx'] / result.duration, p50: result.latency.p50 }
}

/** Measures both in turns, and prints medians and their ratio. */
async function compare(
  name: string,
  [other, own]: readonly [Server, Server],
  connections: number,
  headers: Readonly<Record<string, string>>,
  rounds: number,
): Promise<void> {
  const all: [Measured[], Measured[]] = [[], []]
  // loads, compiles, and remembers what may be
  for (const server of [other, own])
    for (const body of bodies())
      await (await fetch(`${server.url}/v2/rerank`, { method: 'POST', headers, body })).arrayBuffer()
  for (let round = 0; round < rounds; round++)
    for (const [at, server] of [other, own].entries())
      all[at]!.push(await measured(server, connections, headers))
  const medians = (of: (one: Measured) => number) => all.map((some) => quantile(some.map(of), 0.5))
  const tell = (what: string, [before = 0, now = 0]: readonly number[], unit: string) =>
    console.log(
      `${name}, ${what}: ${before.toFixed(2)} ${unit} there, ${now.toFixed(2)} here, ${(now / before).toFixed(2)} times`,
    )
  tell(
    'CPU',
    medians(({ cpu }) => cpu),
    'ms',
  )
  tell(
    'answers',
    medians(({ perSecond }) => perSecond),
    'a second',
  )
  tell(
    'p50',
    medians(({ p50 }) => p50),
    'ms',
  )
}

/** All of them, or those of equal requests alone. */
export const run = () => runAgainst('all')

/** @throws {Error} no other checkout is named */
export async function runAgainst(which: 'all' | 'remembered'): Promise<void> {
  const [name, given, rounds = ROUNDS] = [process.argv[2], process.argv[3], Number(process.argv[4] ?? ROUNDS)]
  if (given === undefined) throw new Error(`Name another checkout: npm run bench -- ${name} <folder>`)
  const edge = join(resolve(process.env.INIT_CWD ?? '', given), 'apps', 'edge')
  const node = (main?: string) =>
    startNode({ folder: DIST, variables: VARIABLES, ...(main !== undefined && { main }) })
  const nodes = [await node(join(edge, 'src', 'node', 'main.ts')), await node()] as const
  try {
    if (which === 'all') {
      await compare(`Node, ${DOCUMENTS} documents, 1 connection`, nodes, 1, NO_STORE, rounds)
      await compare(`Node, ${DOCUMENTS} documents, 8 connections`, nodes, 8, NO_STORE, rounds)
    }
    await compare('Node, remembered, 1 connection', nodes, 1, {}, rounds)
  } finally {
    for (const server of nodes) await server.close()
  }
  const worker = buildWorker(DIST, '--cwd', edge)
  const workers = [await serveBare({ dist: DIST, worker }), await serveBare({ dist: DIST })] as const
  try {
    await compare('workerd, remembered, 1 connection', workers, 1, {}, rounds)
  } finally {
    for (const server of workers) await server.close()
  }
}
