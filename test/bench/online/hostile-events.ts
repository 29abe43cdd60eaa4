// `npm run bench -- hostile-events [bodies]`: POST /v1/events on the Node server under attack, while a client
// ranks: 20,000 fuzzed bodies by default, forged and foreign tokens, 10,000 events for one impression, and
// megabytes of beacons. No answer may be a 5xx, and no unauthorised event may count. Attacker and servers
// share this machine, so the 95th percentile of rankings is taken three times, in turns: without an attack;
// while the attack goes to another server on the same machine; and while it goes to the server that ranks.
// The cost of the events for the rankings of their server is the ratio of the last two.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { signImpression, uniformsOf } from '@disranker/experiments'
import { startNode } from '../../edge/served/node-process.ts'
import { exampleFolder } from '../../edge/served/served-example.ts'
import { quantile } from '../edge/example-requests.ts'

const SECRET = 'a secret of the benchmark that is long enough'
const FOREIGN = 'the secret of another server, which counts for nothing'
const DOCUMENTS = ['d1', 'd2']
/** that attack at once: while a ranking runs, each waits for up to a second before its body is read */
const CLIENTS = 16
/** that send beacons: events may hold eight such bodies at once, and those past that are answered 503 */
const BEACON_CLIENTS = 4
/** stands for the status of a request whose connection was closed without an answer */
const CLOSED = 0
/** rankings of a turn in peace */
const RANKINGS = 60
const BEACON = 250_000 // bytes
/** of them: 1 GB */
const BEACONS = 4_000

const SIDES = ['in peace', 'elsewhere', 'here'] as const
type Side = (typeof SIDES)[number]
/** turns of each side */
const TURNS = 5

export async function run(): Promise<void> {
  const bodies = Number(process.argv[3] ?? 20_000)
  const example = await exampleFolder()
  const homes = ['here', 'elsewhere'].map((name) => mkdtempSync(join(tmpdir(), `hostile-events-${name}-`)))
  const start = (folder: string) =>
    startNode({
      folder: example.dist,
      variables: { RECORD_FOLDER: folder, RECORD_SECRETS: SECRET, MAX_QUEUE_TOKENS: '1000000' },
    })
  const [here, elsewhere] = [await start(homes[0]!), await start(homes[1]!)]
  const times: Record<Side, number[]> = { 'in peace': [], elsewhere: [], here: [] }
  const told = { statuses: new Map<number, number>(), accepted: 0 }
  try {
    for (let turn = 0; turn < TURNS; turn++)
      for (const side of SIDES) {
        const target = { here: here.url, elsewhere: elsewhere.url }[side as 'here']
        const attack =
          target === undefined ? undefined : attackFrom({ url: target, turn, bodies: bodies / TURNS })
        times[side].push(...(await rankings(here.url, attack)))
        const found = await attack
        if (side !== 'here' || found === undefined) continue
        told.accepted += found.accepted
        for (const [status, count] of found.statuses)
          told.statuses.set(status, (told.statuses.get(status) ?? 0) + count)
      }
    const beacons = attackFrom({ url: here.url, turn: TURNS, bodies: BEACONS, beacons: true })
    const flooded = await rankings(here.url, beacons)
    for (const [status, count] of (await beacons).statuses)
      told.statuses.set(status, (told.statuses.get(status) ?? 0) + count)
    console.log(`answers by status: ${JSON.stringify([...told.statuses].sort())}`)
    const rows = recorded(homes[0]!)
    const wrong = rows.filter(
      ({ query_id, event_attributes }) =>
        query_id !== 'right' || !DOCUMENTS.includes(event_attributes.object.object_id),
    )
    console.log(
      `${told.accepted} events accepted, ${rows.length} recorded, of ${new Set(rows.map(({ event_attributes }) => event_attributes.object.object_id)).size} documents; ${wrong.length} without a right to`,
    )
    const high = (side: Side) => quantile(times[side], 0.95)
    for (const side of SIDES)
      console.log(
        `a ranking, 95th percentile, ${side.padEnd(9)} ${high(side).toFixed(1)} ms, median ${quantile(times[side], 0.5).toFixed(1)} ms (${times[side].length} rankings)`,
      )
    console.log(
      `95th percentile here through elsewhere ${(high('here') / high('elsewhere')).toFixed(2)}, through peace ${(high('here') / high('in peace')).toFixed(2)}`,
    )
    console.log(
      `while ${BEACONS} beacons of ${BEACON / 1e3} kB come: 95th percentile ${quantile(flooded, 0.95).toFixed(1)} ms, median ${quantile(flooded, 0.5).toFixed(1)} ms (${flooded.length} rankings)`,
    )
    if ([...told.statuses.keys()].some((status) => status >= 500) || wrong.length > 0) process.exitCode = 1
  } finally {
    await Promise.all([here.close(), elsewhere.close()])
    example.remove()
    for (const home of homes) rmSync(home, { recursive: true, force: true })
  }
}

interface Attack {
  readonly url: string
  readonly turn: number
  readonly bodies: number
  /** nothing but bodies as large as may be */
  readonly beacons?: boolean
}
interface Attacked {
  readonly statuses: readonly (readonly [number, number])[]
  readonly accepted: number
}

/** The attack from a separate thread, so that it does not delay the client that ranks. */
function attackFrom(attack: Attack): Promise<Attacked> {
  const worker = new Worker(new URL(import.meta.url), { workerData: attack })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

/** ms of rankings one after the other; of as many as fit while `until` runs */
async function rankings(url: string, until?: Promise<unknown>): Promise<readonly number[]> {
  const body = JSON.stringify({
    model: 'disranker',
    query: 'a buffer',
    documents: Array.from({ length: 20 }, (_, at) => `document ${at} of a buffer`),
  })
  const times: number[] = []
  let ended = false
  until?.finally(() => {
    ended = true
  })
  while (until === undefined ? times.length < RANKINGS : !ended) {
    const began = performance.now()
    const headers = { 'cache-control': 'no-store' }
    const answer = await fetch(`${url}/v2/rerank`, { method: 'POST', body, headers })
    await answer.arrayBuffer()
    if (answer.status === 200) times.push(performance.now() - began)
  }
  return times
}

async function underAttack({ url, turn, bodies, beacons }: Attack): Promise<Attacked> {
  const uniform = uniformsOf(`hostile events ${turn}`)
  const statuses = new Map<number, number>()
  let [begun, accepted] = [0, 0]
  const client = async () => {
    while (begun < bodies) {
      const at = begun++
      const body = beacons ? 'x'.repeat(BEACON) : hostileBody(at, uniform)
      // the server may close a connection on which it left a body unread
      const answer = await fetch(`${url}/v1/events`, { method: 'POST', body }).catch(() => undefined)
      const status = answer?.status ?? CLOSED
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      if (answer === undefined) continue
      accepted += ((await answer.json()) as { accepted?: number }).accepted ?? 0
    }
  }
  await Promise.all(Array.from({ length: beacons ? BEACON_CLIENTS : CLIENTS }, client))
  return { statuses: [...statuses], accepted }
}

/** One of: a broken body, an event with a wrong token, many events for one impression, a beacon as large as may be. */
function hostileBody(at: number, uniform: () => number): string | Uint8Array<ArrayBuffer> {
  const right = eventOf('right', 'd1', SECRET)
  const kind = at % 20
  if (kind === 0) return JSON.stringify(Array.from({ length: 10 }, () => eventOf('right', 'd2', SECRET)))
  if (kind === 1) return 'x'.repeat(BEACON)
  if (kind === 2) return JSON.stringify(Array(500).fill(eventOf('right', 'd9', SECRET)))
  if (kind === 3) return JSON.stringify(eventOf('right', 'd1', FOREIGN))
  if (kind === 4) return JSON.stringify({ ...right, query_id: 'another' })
  if (kind === 5) return Uint8Array.from({ length: 1_000 }, () => Math.floor(256 * uniform()))
  return mutated(JSON.stringify(right), uniform)
}

const eventOf = (query: string, document: string, secret: string) => ({
  action_name: 'click',
  query_id: query,
  timestamp: Date.now(),
  event_attributes: {
    object: { object_id: document },
    token: signImpression({ queryId: query, documents: DOCUMENTS, label: '' }, secret, Date.now()),
  },
})

const SIGNS = ['{', '}', '[', ']', '"', ':', ',', '\\', '\u0000', '\ud800', '9e999', 'null', 'true', '-']

/** A body with a few of its characters changed, taken out or doubled. */
function mutated(body: string, uniform: () => number): string {
  let text = body
  for (let times = 1 + Math.floor(4 * uniform()); times > 0; times--) {
    const at = Math.floor(uniform() * text.length)
    const sign = SIGNS[Math.floor(uniform() * SIGNS.length)]!
    const kind = uniform()
    if (kind < 0.4) text = text.slice(0, at) + sign + text.slice(at + 1)
    else if (kind < 0.7) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(8 * uniform()))
    else text = text.slice(0, at) + text.slice(Math.max(0, at - 40), at) + text.slice(at)
  }
  return text
}

interface Recorded {
  readonly query_id: string
  readonly event_attributes: { readonly object: { readonly object_id: string } }
}

function recorded(folder: string): Recorded[] {
  const table = join(folder, 'ubi_events')
  return readdirSync(table).flatMap((name) =>
    readFileSync(join(table, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Recorded),
  )
}

// a thread that attacks loads this module, too
if (!isMainThread && parentPort !== null) parentPort.postMessage(await underAttack(workerData as Attack))
