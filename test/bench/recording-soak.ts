// `npm run bench -- recording-soak [rankings]`: rankings of 50 documents by the trained example in bare workerd, with recording on and off,
// in turns in one run, each recorded one followed by three events. Prints the 95th percentiles of both, their ratio, what was recorded, and what the process holds.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '../closed-loop/collector.ts'
import { type Bare, serveBare } from '../edge/bare-workerd.ts'
import { DIST, exampleRequests, quantile } from './example-requests.ts'

const DOCUMENTS = 50
/** rankings of a turn */
const TURN = 50
const EVENTS = 3
const IDS = Array.from({ length: DOCUMENTS }, (_, at) => `d${at}`)

export async function run(): Promise<void> {
  const rankings = Number(process.argv[3] ?? 200_000)
  const home = mkdtempSync(join(tmpdir(), 'recording-soak-'))
  const collector = await startCollector(home)
  const settings = { MAX_QUEUE_TOKENS: '1000000' }
  const recording = { RECORD_URL: collector.url, RECORD_SECRETS: 'a secret that is long enough' }
  const servers = {
    off: await serveBare({ dist: DIST, variables: settings }),
    on: await serveBare({ dist: DIST, variables: { ...settings, ...recording }, outbound: true }),
  }
  const searches = exampleRequests(20, DOCUMENTS).map(({ query, documents }) => ({
    query,
    documents: documents.map((document, at) => ({ id: IDS[at]!, ...document })),
  }))
  const times = { off: [] as number[], on: [] as number[] }
  const cpu = { off: 0, on: 0 }
  let [events, refused] = [0, 0]
  try {
    for (const [name, server] of Object.entries(servers))
      for (const search of searches) await rank(server, search, name === 'on')
    const held = servers.on.resident().now
    for (let done = 0; done < rankings; done += 2 * TURN) {
      for (const name of ['off', 'on'] as const)
        for (let at = 0; at < TURN; at++) {
          const [began, used] = [performance.now(), servers[name].cpu()]
          const told = await rank(servers[name], searches[at % searches.length]!, name === 'on')
          times[name].push(performance.now() - began)
          cpu[name] += servers[name].cpu() - used
          if (told === undefined) continue
          const answer = await fetch(`${servers.on.url}/v1/events`, { method: 'POST', body: eventsOf(told) })
          await answer.arrayBuffer()
          if (answer.status === 202) events += EVENTS
          else refused += EVENTS
        }
    }
    const [off, on] = [quantile(times.off, 0.95), quantile(times.on, 0.95)]
    const [offMedian, onMedian] = [quantile(times.off, 0.5), quantile(times.on, 0.5)]
    console.log(
      `${times.off.length} rankings without recording, ${times.on.length} with, in turns of ${TURN}`,
    )
    console.log(
      `  95th percentile ${off.toFixed(2)} ms and ${on.toFixed(2)} ms: ${(on / off).toFixed(3)} times`,
    )
    console.log(
      `  median ${offMedian.toFixed(2)} ms and ${onMedian.toFixed(2)} ms: ${(onMedian / offMedian).toFixed(3)} times`,
    )
    const each = (name: 'off' | 'on') => cpu[name] / times[name].length
    console.log(
      `  CPU of a ranking ${each('off').toFixed(2)} ms and ${each('on').toFixed(2)} ms: ${(each('on') / each('off')).toFixed(3)} times`,
    )
    const lines = (table: string) =>
      readFileSync(join(home, table, 'all.ndjson'), 'utf8').split('\n').length - 1
    console.log(
      `recorded: ${lines('ubi_queries')} searches, ${lines('ubi_events')} events of ${events} acknowledged, ${refused} refused`,
    )
    const after = servers.on.resident().now
    console.log(
      `the process with recording: ${(held / 1e6).toFixed(0)} MB at first, ${(after / 1e6).toFixed(0)} MB now`,
    )
    if (lines('ubi_events') < events) process.exitCode = 1
  } finally {
    for (const server of Object.values(servers)) await server.close()
    await collector.close()
    rmSync(home, { recursive: true, force: true })
  }
}

interface Told {
  readonly query_id: string
  readonly impression: string
}

/** One ranking that nothing remembers. */
async function rank({ url }: Bare, search: object, recorded: boolean): Promise<Told | undefined> {
  const ubi = { client_id: 'c1', application: 'soak' }
  const answer = await fetch(`${url}/v1/rerank`, {
    method: 'POST',
    headers: { 'cache-control': 'no-store' },
    body: JSON.stringify({
      model: 'disranker',
      ...search,
      ...(recorded && { ubi }),
    }),
  })
  const body = (await answer.json()) as { ubi?: Told }
  if (answer.status !== 200) throw new Error(`A ranking was answered ${answer.status}.`)
  return body.ubi
}

const eventsOf = ({ query_id, impression }: Told) =>
  JSON.stringify(
    IDS.slice(0, EVENTS).map((id) => ({
      action_name: 'click',
      query_id,
      timestamp: Date.now(),
      event_attributes: { object: { object_id: id }, token: impression },
    })),
  )
