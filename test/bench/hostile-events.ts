// `npm run bench -- hostile-events [bodies]`: POST /v1/events on the Node server under attack, while a client ranks: 20,000 fuzzed bodies by
// default, forged and foreign tokens, 10,000 events for one impression, and megabytes of beacons. No answer may be a 5xx, no event may
// count that has no right to, and the 95th percentile of rankings is compared with that of the same client before and after.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signImpression, uniformsOf } from '@disranker/experiments'
import { startNode } from '../edge/node-process.ts'
import { exampleFolder } from '../edge/served-example.ts'
import { quantile } from './example-requests.ts'

const SECRET = 'a secret of the benchmark that is long enough'
const FOREIGN = 'the secret of another server, which counts for nothing'
const DOCUMENTS = ['d1', 'd2']
const CLIENTS = 4
const RANKINGS = 300
const BEACON = 250_000 // bytes

export async function run(): Promise<void> {
  const bodies = Number(process.argv[3] ?? 20_000)
  const example = await exampleFolder()
  const records = mkdtempSync(join(tmpdir(), 'hostile-events-'))
  const variables = { RECORD_FOLDER: records, RECORD_SECRETS: SECRET, MAX_QUEUE_TOKENS: '1000000' }
  const server = await startNode({ folder: example.dist, variables })
  const statuses = new Map<number, number>()
  const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}/v1/events`, { method: 'POST', body, headers })
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    return (await answer.json()) as { accepted?: number }
  }
  try {
    const before = await rankings(server.url)
    const attack = underAttack(bodies, send)
    const during = await rankings(server.url, attack)
    const accepted = await attack
    const after = await rankings(server.url)
    console.log(`answers by status: ${JSON.stringify([...statuses].sort())}`)
    const rows = recorded(records)
    const wrong = rows.filter(
      ({ query_id, event_attributes }) =>
        query_id !== 'right' || !DOCUMENTS.includes(event_attributes.object.object_id),
    )
    console.log(
      `${accepted} events accepted, ${rows.length} recorded, of ${new Set(rows.map(({ event_attributes }) => event_attributes.object.object_id)).size} documents; ${wrong.length} without a right to`,
    )
    const calm = quantile([...before, ...after], 0.95)
    const attacked = quantile(during, 0.95)
    console.log(
      `a ranking, 95th percentile: ${calm.toFixed(1)} ms before and after, ${attacked.toFixed(1)} ms under attack from this machine (${during.length} rankings), ${(attacked / calm).toFixed(2)} times`,
    )
    if ([...statuses.keys()].some((status) => status >= 500) || wrong.length > 0) process.exitCode = 1
  } finally {
    await server.close()
    example.remove()
    rmSync(records, { recursive: true, force: true })
  }
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

type Send = (body: string | Uint8Array<ArrayBuffer>) => Promise<{ readonly accepted?: number }>

/** @returns events that were accepted */
async function underAttack(bodies: number, send: Send): Promise<number> {
  const uniform = uniformsOf('hostile events')
  let [begun, accepted] = [0, 0]
  const client = async () => {
    while (begun < bodies) {
      const at = begun++
      const told = await send(hostileBody(at, uniform))
      accepted += told.accepted ?? 0
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return accepted
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
