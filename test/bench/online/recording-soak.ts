// `npm run bench -- recording-soak [rankings] [minutes]`: rankings of 50 documents by the trained example in bare workerd, with recording on and off, in turns in
// one run, each recorded one followed by three events. Prints the 95th percentiles of both, their ratio with a 95 % interval over pairs of turns, a
// verdict on 3 %, what was recorded, and what the process holds. Fails when an event is lost or recording certainly costs more.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniformsOf } from '@disranker/experiments'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { DIST, exampleRequests, quantile } from '../edge/example-requests.ts'
import { click, collectorThread, EVENTS, RECORD_SECRET, rank, withIds } from './recorded-traffic.ts'

const DOCUMENTS = 50
/** rankings of a turn */
const TURN = 50
/** of the 95th percentile without recording */
const MOST = 1.03
const RESAMPLES = 500

const NAMES = ['off', 'on'] as const
type Turns = Record<(typeof NAMES)[number], Float64Array[]>

export async function run(): Promise<void> {
  const rankings = Number(process.argv[3] ?? 200_000)
  const until = Date.now() + 60_000 * Number(process.argv[4] ?? Number.POSITIVE_INFINITY)
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
  const turns: Turns = { off: [], on: [] }
  const cpu = { off: 0, on: 0 }
  let [events, refused] = [0, 0]
  try {
    for (const [name, server] of Object.entries(servers))
      for (const search of searches) await rank(server, search, name === 'on')
    const held = servers.on.resident().now
    for (let done = 0; done < rankings && Date.now() < until; done += 2 * TURN)
      // either begins a pair of turns as often as the other, so that a machine that slows down favours neither
      for (const name of done % (4 * TURN) === 0 ? NAMES : NAMES.toReversed()) {
        const times = new Float64Array(TURN)
        turns[name].push(times)
        for (let at = 0; at < TURN; at++) {
          const [began, used] = [performance.now(), servers[name].cpu()]
          const search = searches[at % searches.length]!
          const told = await rank(servers[name], search, name === 'on')
          times[at] = performance.now() - began
          cpu[name] += servers[name].cpu() - used
          if (told === undefined) continue
          if (await click(servers.on, told, search)) events += EVENTS
          else refused += EVENTS
        }
      }
    const count = turns.on.length * TURN
    console.log(`${count} rankings without recording and ${count} with, in turns of ${TURN}`)
    const [off, on] = NAMES.map((name) =>
      quantile(
        turns[name].flatMap((times) => [...times]),
        0.5,
      ),
    )
    console.log(`  median ${off!.toFixed(2)} ms and ${on!.toFixed(2)} ms: ${(on! / off!).toFixed(3)} times`)
    const [low, high] = tell95th(turns)
    if (low > MOST) process.exitCode = 1
    const verdict = high <= MOST ? 'is at most' : low > MOST ? 'is more than' : 'may be more or less than'
    console.log(`  the ratio ${verdict} ${MOST}`)
    const each = (name: 'off' | 'on') => cpu[name] / count
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

/** @returns the 95 % interval of the ratio, by drawing pairs of turns with replacement */
function tell95th(turns: Turns): readonly [low: number, high: number] {
  const uniform = uniformsOf('recording soak')
  const pairs = turns.on.length
  const high = (name: keyof Turns, drawn: readonly number[]) => {
    const all = new Float64Array(pairs * TURN)
    for (const [at, pair] of drawn.entries()) all.set(turns[name][pair]!, at * TURN)
    return all.sort()[Math.floor(0.95 * all.length)]!
  }
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const drawn = Array.from({ length: pairs }, () => Math.floor(pairs * uniform()))
    return high('on', drawn) / high('off', drawn)
  })
  const [low, most] = [quantile(ratios, 0.025), quantile(ratios, 0.975)]
  const every = Array.from({ length: pairs }, (_, at) => at)
  const [off, on] = NAMES.map((name) => high(name, every))
  console.log(
    `  95th percentile ${off!.toFixed(2)} ms and ${on!.toFixed(2)} ms: ${(on! / off!).toFixed(3)} times [${low.toFixed(3)}, ${most.toFixed(3)}]`,
  )
  return [low, most]
}
