// `npm run bench -- recording-soak [rankings]`: rankings of 50 documents by the trained example in bare workerd, with recording on and off,
// in turns in one run, each recorded one followed by three events. Prints the 95th percentiles of both, their ratio, what was recorded, and what the process holds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { DIST, exampleRequests, quantile } from '../edge/example-requests.ts'
import { click, collectorThread, EVENTS, RECORD_SECRET, rank, withIds } from './recorded-traffic.ts'

const DOCUMENTS = 50
/** rankings of a turn */
const TURN = 50

export async function run(): Promise<void> {
  const rankings = Number(process.argv[3] ?? 200_000)
  const home = mkdtempSync(join(tmpdir(), 'recording-soak-'))
  const collector = await collectorThread(home)
  const settings = { MAX_QUEUE_TOKENS: '1000000' }
  const recording = { RECORD_URL: collector.url, RECORD_SECRETS: RECORD_SECRET }
  const servers = {
    off: await serveBare({ dist: DIST, variables: settings }),
    on: await serveBare({ dist: DIST, variables: { ...settings, ...recording }, outbound: true }),
  }
  const searches = exampleRequests(20, DOCUMENTS).map(({ query, documents }) => ({
    query,
    documents: withIds(documents),
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
          const search = searches[at % searches.length]!
          const told = await rank(servers[name], search, name === 'on')
          times[name].push(performance.now() - began)
          cpu[name] += servers[name].cpu() - used
          if (told === undefined) continue
          if (await click(servers.on, told, search)) events += EVENTS
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
    const [queries, kept] = [await collector.rows('ubi_queries'), await collector.rows('ubi_events')]
    console.log(`recorded: ${queries} searches, ${kept} events of ${events} acknowledged, ${refused} refused`)
    const after = servers.on.resident().now
    console.log(
      `the process with recording: ${(held / 1e6).toFixed(0)} MB at first, ${(after / 1e6).toFixed(0)} MB now`,
    )
    if (kept < events) process.exitCode = 1
  } finally {
    for (const server of Object.values(servers)) await server.close()
    await collector.close()
    rmSync(home, { recursive: true, force: true })
  }
}
