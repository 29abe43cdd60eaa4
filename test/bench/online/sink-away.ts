// `npm run bench -- sink-away [seconds]`: bare workerd records to a collector that is away for a minute: half
// of it every write is answered 503, half of it no write is answered at all. Rankings continue, events wait
// no longer than the recorder's limit and are sent again, and every acknowledged event is there once when the
// collector is back. Prints the result; fails when an event is lost.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startCollector } from '../../closed-loop/collector.ts'
import { type Bare, serveBare } from '../../edge/served/bare-workerd.ts'
import { exampleFolder } from '../../edge/served/served-example.ts'
import { quantile } from '../edge/example-requests.ts'

const CLIENTS = 2
const BATCH = 3
const DOCUMENTS = Array.from({ length: 10 }, (_, at) => ({ id: `d${at}`, text: `document ${at} of words` }))
/** ms between two searches, and before events are sent again */
const PAUSE = 100

export async function run(): Promise<void> {
  const seconds = Number(process.argv[3] ?? 60)
  const home = mkdtempSync(join(tmpdir(), 'sink-away-'))
  const example = await exampleFolder()
  const collector = await startCollector(home)
  const variables = { RECORD_URL: collector.url, RECORD_SECRETS: 'a secret that is long enough' }
  const server = await serveBare({ dist: example.dist, variables, outbound: true })
  try {
    const state = { ended: false, away: false }
    const searching = searchOn(server, state)
    const sending = Array.from({ length: CLIENTS }, (_, number) => sendOn(server, number, state))
    await sleep(3_000)
    state.away = true
    for (const away of ['fails', 'hangs'] as const) {
      collector.away = away
      await sleep(500 * seconds)
    }
    collector.away = undefined
    state.away = false
    await sleep(3_000)
    state.ended = true
    const searches = await searching
    const clients = await Promise.all(sending)
    const acknowledged = clients.flatMap(({ acknowledged }) => acknowledged)
    const lines = readFileSync(join(home, 'ubi_events', 'all.ndjson'), 'utf8')
      .trim()
      .split('\n')
    const there = new Set(lines.map((line) => JSON.parse(line).event_id as string))
    const lost = acknowledged.filter((id) => !there.has(id))
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    const high = (times: readonly number[]) => quantile(times, 0.95).toFixed(1)
    console.log(
      `the sink was away for ${seconds} s: ${acknowledged.length} events acknowledged, ${lost.length} of them lost, ${there.size} recorded in ${lines.length} lines`,
    )
    console.log(
      `${clients.reduce((sum, { refused }) => sum + refused, 0)} requests answered 503; the longest took ${Math.max(...clients.map(({ longest }) => longest)).toFixed(0)} ms`,
    )
    console.log(
      `${searches.there.length + searches.away.length} searches, all answered; 95th percentile ${high(searches.there)} ms with the sink, ${high(searches.away)} ms without`,
    )
    for (const line of metrics.split('\n').filter((line) => /^disranker_record/.test(line)))
      console.log(`  ${line}`)
    if (lost.length > 0) process.exitCode = 1
  } finally {
    await server.close()
    await collector.close()
    example.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

interface State {
  readonly ended: boolean
  readonly away: boolean
}

interface Search {
  readonly query_id: string
  readonly impression: string
}

async function search({ url }: Bare): Promise<Search> {
  const body = JSON.stringify({ model: 'disranker', query: 'words', documents: DOCUMENTS, ubi: {} })
  const answer = await fetch(`${url}/v1/rerank`, { method: 'POST', body })
  if (answer.status !== 200) throw new Error(`A search was answered ${answer.status}.`)
  return ((await answer.json()) as { ubi: Search }).ubi
}

/** Searches until the end. @returns ms of each, with the sink and without */
async function searchOn(server: Bare, state: State) {
  const times = { there: [] as number[], away: [] as number[] }
  while (!state.ended) {
    const began = performance.now()
    await search(server)
    times[state.away ? 'away' : 'there'].push(performance.now() - began)
    await sleep(PAUSE)
  }
  return times
}

/** Sends events until the end, the same again where they were not acknowledged. */
async function sendOn(server: Bare, number: number, state: State) {
  const found = { acknowledged: [] as string[], refused: 0, longest: 0 }
  for (let request = 0; !state.ended; request++) {
    const { query_id, impression: token } = await search(server)
    const events = Array.from({ length: BATCH }, (_, at) => ({
      action_name: 'click',
      event_id: `${number}-${request}-${at}`,
      query_id,
      event_attributes: { object: { object_id: DOCUMENTS[at]!.id }, token },
    }))
    for (let status = 0; status !== 202; await sleep(PAUSE)) {
      const began = performance.now()
      const answer = await fetch(`${server.url}/v1/events`, { method: 'POST', body: JSON.stringify(events) })
      await answer.arrayBuffer()
      status = answer.status
      found.longest = Math.max(found.longest, performance.now() - began)
      if (status === 503) found.refused++
      else if (status !== 202) throw new Error(`Events were answered ${status}.`)
    }
    found.acknowledged.push(...events.map(({ event_id }) => event_id))
  }
  return found
}
