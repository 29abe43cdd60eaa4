// `npm run bench -- soak [requests] [seed]`: 200,000 requests to workerd alone over the trained example. Of a hundred, two are
// of clients that reset the connection and one is hostile; every 5,000 another version of the model is served. Every score
// is compared with what it has to be, no isolate may be lost, and what the isolate holds after a collection stays as it is.
// Then an empty Worker gets as many requests: what it holds is not ours.
import { setTimeout as sleep } from 'node:timers/promises'
import { LARGE, SMALL } from '../../edge/hostile/hostile-bodies.ts'
import { type Bare, reset, serveBare } from '../../edge/served/bare-workerd.ts'
import { inspectHeap } from '../../edge/served/v8-heap.ts'
import { startWorkerd, type Workerd } from '../../edge/served/workerd.ts'
import { exampleRequests, quantile } from '../edge/example-requests.ts'
import { twoModels } from './soak-models.ts'
import { drawn, flawOf, requestAt, type ScoreTable, scoreTable } from './soak-requests.ts'

const QUERIES = 40
const DOCUMENTS = 60
const CLIENTS = 4
/** requests between two switches, and between two lines */
const EVERY = 5_000
const DROPPED = 50 // one of so many
const HOSTILE = 100
/** of the hostile ones, one of so many has megabytes */
const LARGE_HOSTILE = 4
/** most ms after which a client resets its connection */
const PATIENCE = 12
/** what is held may grow so much */
const SLACK = 0.1

interface Count {
  right: number
  dropped: number
  hostile: number
  busy: number
  /** what went wrong, the first few in words */
  readonly wrong: string[]
}

const small = Object.values(SMALL)
const large = Object.values(LARGE)
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** Sends one body. */
async function post(url: string, path: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** Runs `work` for every number below `count`, a few at a time; `pause` between every so many, when none runs. */
async function inRounds(
  count: number,
  every: number,
  work: (at: number) => Promise<void>,
  pause: (done: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < count; from += every) {
    const to = Math.min(count, from + every)
    let next = from
    const client = async () => {
      while (next < to) await work(next++)
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
    await pause(to)
  }
}

const isHostile = (at: number) => at % HOSTILE === HOSTILE / 2
const isDropped = (at: number) => at % DROPPED === 1
const hostileAt = (at: number) => {
  const number = Math.floor(at / HOSTILE)
  const [from, which] = number % LARGE_HOSTILE === 0 ? [large, number / LARGE_HOSTILE] : [small, number]
  return from[which % from.length]!
}

/** The memory of our isolate: objects and buffers after a collection, and WebAssembly's memory. */
async function held(server: Bare): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const wasm = Number(/^disranker_wasm_heap_bytes (\S+)$/m.exec(text)?.[1])
  const inspector = await inspectHeap(server.inspector)
  const { used, outside } = await inspector.collected()
  inspector.close()
  return used + outside + wasm
}

/** Prints a line every 5,000 requests; fails on a wrong score, a lost isolate, or memory that grows. */
export async function run(): Promise<void> {
  const count = Number(process.argv[3] ?? 200_000)
  const seed = Number(process.argv[4] ?? 1)
  const examples = exampleRequests(QUERIES, DOCUMENTS)
  const models = await twoModels()
  const tables = new Map<string, ScoreTable>()
  for (const { version, bundle } of models.versions) tables.set(version, await scoreTable(bundle, examples))
  models.serve(0)
  const server = await serveBare({
    dist: models.folder,
    bucket: true,
    variables: { REFRESH_SECONDS: '1', SCORE_CACHE_BYTES: '400000' },
  })
  const counted: Count = { right: 0, dropped: 0, hostile: 0, busy: 0, wrong: [] }
  const states: { readonly done: number; readonly held: number; readonly resident: number }[] = []
  let served = ''
  let [switches, answeredBefore] = [0, 0]
  const every = Math.min(EVERY, Math.ceil(count / 10))

  async function one(at: number): Promise<void> {
    if (isHostile(at)) {
      const { path, body } = hostileAt(at)
      const { status, text } = await post(server.url, path, body)
      if ([200, 400, 413, 422, 503].includes(status)) counted.hostile++
      else counted.wrong.push(`request ${at}, a hostile one: ${status} ${text.slice(0, 200)}`)
      return
    }
    const request = requestAt(at, examples, seed)
    if (isDropped(at)) {
      await reset(server.port, request.path, request.body, drawn(at, seed + 5) % PATIENCE)
      counted.dropped++
      return
    }
    for (;;) {
      const { status, headers, text } = await post(server.url, request.path, request.body, request.headers)
      if (status === 503 && headers.has('retry-after')) {
        counted.busy++
        await sleep(20)
        continue
      }
      const version = headers.get('x-disranker-model')?.split('@')[1] ?? ''
      const table = tables.get(version)
      const flaw = status !== 200 || table === undefined ? `${status} ${text}` : flawOf(request, text, table)
      if (flaw === undefined) counted.right++
      else counted.wrong.push(`request ${at} to ${request.path}: ${flaw.slice(0, 300)}`)
      served = version
      return
    }
  }

  const began = performance.now()
  try {
    await inRounds(count, every, one, async (done) => {
      if (!server.alive()) throw new Error('workerd has ended.')
      // an isolate that was lost would count from nothing again
      const metrics = await (await fetch(`${server.url}/metrics`)).text()
      const answered = [...metrics.matchAll(/^disranker_requests_total\{.*\} (\d+)$/gm)].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      )
      if (answered <= answeredBefore) counted.wrong.push(`after ${done}: an isolate was lost`)
      answeredBefore = answered
      const wanted = models.versions[switches % 2]!.version
      if (served !== wanted) counted.wrong.push(`after ${done}: ${served} is served in place of ${wanted}`)
      states.push({ done, held: await held(server), resident: server.resident().now })
      const { held: now, resident } = states.at(-1)!
      const left = ((performance.now() - began) / done) * (count - done)
      console.log(
        `${done} requests: ${counted.right} right, ${counted.dropped} dropped, ${counted.hostile} hostile, ${counted.busy} busy, ` +
          `${counted.wrong.length} wrong; held ${mb(now)}, resident ${mb(resident)}; ${Math.ceil(left / 1000)} s left`,
      )
      for (const line of counted.wrong.slice(0, 5)) console.log(`  ${line}`)
      if (counted.wrong.length > 20) throw new Error('Too much is wrong.')
      models.serve(++switches)
      await sleep(1_100) // until the pointer is read again
    })
    const seconds = (performance.now() - began) / 1000
    const cpu = server.cpu() / 1000
    console.log(`${count} requests in ${seconds.toFixed(0)} s, ${cpu.toFixed(0)} s of CPU in workerd`)
  } finally {
    await server.close()
    models.remove()
  }
  const ours = {
    held: ends(states.map(({ held }) => held)),
    resident: ends(states.map(({ resident }) => resident)),
  }
  const theirs = ends(await emptyResidents(count, every, seed))
  const told = ([from, to]: Ends) => `${mb(from)} in the beginning, ${mb(to)} in the end`
  console.log(
    `held: ${told(ours.held)}; resident: ${told(ours.resident)}; an empty Worker's: ${told(theirs)}`,
  )
  // what an empty Worker's process gains with the same requests is not ours
  const more = growth(ours.resident) - growth(theirs)
  console.log(
    `${counted.wrong.length} wrong; held grew by ${mb(growth(ours.held))}, resident by ${mb(more)} more than an empty Worker's; ` +
      `bound ${100 * SLACK} % of the beginning`,
  )
  const grown = growth(ours.held) > SLACK * ours.held[0] || more > SLACK * ours.resident[0]
  if (counted.wrong.length > 0 || grown) process.exitCode = 1
}

/** medians of what was seen from a tenth to three tenths, and in the last fifth: one value depends on when it is looked */
type Ends = readonly [beginning: number, end: number]

function ends(values: readonly number[]): Ends {
  const part = (from: number, to: number) =>
    quantile(values.slice(Math.floor(from * values.length), Math.ceil(to * values.length)), 0.5)
  return [part(0.1, 0.3), part(0.8, 1)]
}

const growth = ([beginning, end]: Ends) => end - beginning

const EMPTY = `export default {
  async fetch(request) {
    await request.arrayBuffer()
    return Response.json({ results: [] })
  },
}
`

/** The same bodies to a Worker that does nothing. @returns what its process held, every so many requests */
async function emptyResidents(count: number, every: number, seed: number): Promise<readonly number[]> {
  const examples = exampleRequests(QUERIES, DOCUMENTS)
  const server: Workerd = await startWorkerd({ code: EMPTY })
  const residents: number[] = []
  try {
    const send = async (at: number) => {
      if (isHostile(at)) return void (await post(server.url, '/', hostileAt(at).body))
      const { body } = requestAt(at, examples, seed)
      if (isDropped(at)) return reset(server.port, '/', body, drawn(at, seed + 5) % PATIENCE)
      await post(server.url, '/', body)
    }
    await inRounds(count, every, send, async () => void residents.push(server.resident().now))
    return residents
  } finally {
    await server.close()
  }
}
