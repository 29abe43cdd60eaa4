// `npm run bench -- recording-memory [rankings] [minutes]`: 200,000 recorded rankings by default, or as many as the minutes allow, three events each, in bare workerd by a small bundle without a
// network, so that the run takes minutes; with every tenth turn one with recording off, on another server. Does what the server holds grow? Prints
// twenty looks, each after a collection: what its isolate holds, what its process has, and what the process of a Worker has that got a tenth of the
// bodies, parsed them and sent them on: workerd's own memory is not ours. Fits a line to the second half of the looks.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { EXAMPLE } from '../../edge/served/example-texts.ts'
import { exampleFolder } from '../../edge/served/served-example.ts'
import { tableBundle } from '../../edge/served/table-bundle.ts'
import { inspectHeap } from '../../edge/served/v8-heap.ts'
import { startWorkerd } from '../../edge/served/workerd.ts'
import { quantile } from '../edge/example-requests.ts'
import {
  click,
  collectorThread,
  EVENTS,
  RECORD_SECRET,
  rank,
  type Search,
  withIds,
} from './recorded-traffic.ts'

const DOCUMENTS = 10
const TURN = 100
/** recorded turns for each without recording */
const RECORDED = 10
const LOOKS = 20
/** ms before a look */
const REST = 500
const CLIENTS = 4
/** MB of V8's heap: as much as an isolate may use of its 128 MB next to buffers and WebAssembly */
const HEAP = 64
/** bytes by which what is held may grow in 100,000 rankings */
const GROWTH = 1e6

const PARSES = `export default { async fetch(request, { RECORD_URL }) {
  const body = JSON.parse(await request.text())
  await (await fetch(RECORD_URL, { method: 'POST', body: JSON.stringify(body) })).text()
  return Response.json({ ubi: { query_id: 'q', impression: 'i' } }, { status: request.url.endsWith('events') ? 202 : 200 })
} }`

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

interface Look {
  readonly rankings: number
  readonly held: number
  readonly resident: number
  readonly idle: number
}

export async function run(): Promise<void> {
  const rankings = Number(process.argv[3] ?? 200_000)
  const until = Date.now() + 60_000 * Number(process.argv[4] ?? Number.POSITIVE_INFINITY)
  const home = mkdtempSync(join(tmpdir(), 'recording-memory-'))
  const collector = await collectorThread(home)
  const example = await exampleFolder({}, tableBundle())
  const recording = { RECORD_URL: collector.url, RECORD_SECRETS: RECORD_SECRET }
  const servers = {
    off: await serveBare({ dist: example.dist, heap: HEAP }),
    on: await serveBare({ dist: example.dist, variables: recording, outbound: true, heap: HEAP }),
    idle: await startWorkerd({
      code: PARSES,
      // the collector knows no such table, and answers 404
      variables: { RECORD_URL: collector.url.replace('{table}', 'nothing') },
      outbound: true,
      heap: HEAP,
    }),
  }
  const documents = withIds(
    EXAMPLE.documents.slice(0, DOCUMENTS).map(({ title, summary }) => ({ title, summary })),
  )
  const searches: Search[] = EXAMPLE.queries.map(({ text }) => ({ query: text, documents }))
  const times = { off: [] as number[], on: [] as number[] }
  let [acknowledged, refused] = [0, 0]

  async function one(name: keyof typeof servers, number: number): Promise<void> {
    const search = searches[number % searches.length]!
    const began = performance.now()
    const told = await rank(servers[name], search, name !== 'off')
    if (name !== 'idle') times[name].push(performance.now() - began)
    if (told === undefined) return
    const kept = await click(servers[name], told, search)
    if (name !== 'on') return
    if (kept) acknowledged += EVENTS
    else refused += EVENTS
  }
  async function turn(name: keyof typeof servers): Promise<void> {
    let next = 0
    const client = async () => {
      while (next < TURN) await one(name, next++)
    }
    await Promise.all(Array.from({ length: CLIENTS }, client))
  }
  const inspector = await inspectHeap(servers.on.inspector)
  const idleInspector = await inspectHeap(servers.idle.inspector)
  const looks: Look[] = []
  try {
    const turns = Math.ceil(rankings / TURN)
    for (let done = 0; done < turns && Date.now() < until; done++) {
      await turn('on')
      if (done % RECORDED === 0) {
        await turn('off')
        await turn('idle')
      }
      if ((done + 1) % Math.ceil(turns / LOOKS) > 0) continue
      // what the last rankings left is written
      await sleep(REST)
      const { used, outside } = await inspector.collected()
      await idleInspector.collected()
      const [resident, idle] = [servers.on.resident().now, servers.idle.resident().now]
      const look = { rankings: (done + 1) * TURN, held: used + outside, resident, idle }
      looks.push(look)
      console.log(
        `${look.rankings} rankings: held after a collection ${mb(look.held)}, resident ${mb(resident)}; of a Worker that only parses ${mb(idle)}`,
      )
    }
    const growth = (of: (look: Look) => number) => slope(looks.slice(looks.length >> 1), of) * 100_000
    const held = growth((look) => look.held)
    console.log(
      `second half, in 100,000 rankings: held ${mb(held)} more, resident ${mb(growth((look) => look.resident))} more; of a Worker that only parses ${mb(growth((look) => look.idle))}`,
    )
    for (const name of ['off', 'on'] as const)
      console.log(
        `recording ${name}: ${times[name].length} rankings, median ${quantile(times[name], 0.5).toFixed(2)} ms, 95th percentile ${quantile(times[name], 0.95).toFixed(2)} ms`,
      )
    const [queries, kept] = [await collector.rows('ubi_queries'), await collector.rows('ubi_events')]
    console.log(
      `recorded: ${queries} searches, ${kept} events of ${acknowledged} acknowledged, ${refused} refused`,
    )
    if (held > GROWTH || kept < acknowledged) process.exitCode = 1
  } finally {
    inspector.close()
    idleInspector.close()
    for (const server of Object.values(servers)) await server.close()
    await collector.close()
    example.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

/** By least squares. @returns bytes a ranking */
function slope(looks: readonly Look[], of: (look: Look) => number): number {
  const mean = (value: (look: Look) => number) =>
    looks.reduce((sum, look) => sum + value(look), 0) / looks.length
  const [x, y] = [mean(({ rankings }) => rankings), mean(of)]
  const about = (look: Look) => look.rankings - x
  return mean((look) => about(look) * (of(look) - y)) / mean((look) => about(look) ** 2)
}
