// `npm run bench -- kills [times] [Node
//  workerd]`: kills the Node server and bare workerd, or one of them, this many times (200 by default) while
//  clients send events, some of them twice, some with a clock that is a day off, and while the sink is away
//  for some of the time. Every acknowledged event must be recorded, and counted once where events are read.
//  Prints the result; fails when one is lost.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { signImpression, uniformsOf } from '@disranker/experiments'
import { openRecorded } from '@disranker/online/recorded/open-recorded'
import { type Collector, startCollector } from '../../closed-loop/collector.ts'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { startNode } from '../../edge/served/node-process.ts'
import { exampleFolder } from '../../edge/served/served-example.ts'

const SECRET = 'a secret of the benchmark that is long enough'
const CLIENTS = 4
const BATCH = 3
/** most ms from the first answer to the kill */
const LATEST = 400
const DAY = 86_400_000
const DOCUMENTS = ['d1', 'd2']

const settings = { RECORD_SECRETS: SECRET, RECORD_CLIENT_IDS: 'plain', RECORD_QUERY_TEXT: 'true' }

interface Victim {
  readonly name: string
  start(): Promise<{ readonly url: string; kill(): Promise<void> }>
}

export async function run(): Promise<void> {
  const times = Number(process.argv[3] ?? 200)
  const home = mkdtempSync(join(tmpdir(), 'kills-'))
  const example = await exampleFolder()
  const collector = await startCollector(join(home, 'workerd'))
  const all: readonly Victim[] = [
    {
      name: 'Node',
      async start() {
        const variables = { ...settings, RECORD_FOLDER: join(home, 'node') }
        const server = await startNode({ folder: example.dist, variables })
        return { url: server.url, kill: () => server.close() }
      },
    },
    {
      name: 'workerd',
      async start() {
        const variables = { ...settings, RECORD_URL: collector.url }
        const server = await serveBare({ dist: example.dist, variables, outbound: true })
        return { url: server.url, kill: () => server.close() }
      },
    },
  ]
  const victims = all.filter(({ name }) => name === (process.argv[4] ?? name))
  try {
    for (const victim of victims) {
      const acknowledged = new Set<string>()
      const counts = { kills: 0, unanswered: 0, refused: 0 }
      for (; counts.kills < times / victims.length; counts.kills++)
        await killOnce(victim, counts, acknowledged, collector)
      const folder = join(home, victim.name.toLowerCase())
      const lines = linesOf(join(folder, 'ubi_events'))
      const there = new Set(lines)
      const lost = [...acknowledged].filter((id) => !there.has(id))
      const counted = await countedOnce(folder, join(home, `scratch-${victim.name}`))
      console.log(
        `${victim.name}: ${counts.kills} kills; ${acknowledged.size} events acknowledged, ${lost.length} of them lost; ` +
          `${counts.unanswered} requests without an answer, ${counts.refused} answered 503 while the sink was away; ` +
          `${lines.length} lines of ${there.size} events, counted ${counted} times`,
      )
      if (lost.length > 0 || counted !== there.size) process.exitCode = 1
    }
  } finally {
    await collector.close()
    example.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

async function killOnce(
  victim: Victim,
  counts: { kills: number; unanswered: number; refused: number },
  acknowledged: Set<string>,
  collector: Pick<Collector, 'away'>,
): Promise<void> {
  const uniform = uniformsOf(`kill ${victim.name} ${counts.kills}`)
  const server = await victim.start()
  if (counts.kills === 0) await searchOnce(server.url)
  let killed: Promise<void> | undefined
  const kill = () => {
    killed ??= sleep(LATEST * uniform()).then(() => server.kill())
  }
  // the sink comes back before the end of every fourth life
  if (counts.kills % 4 === 3) {
    collector.away = 'fails'
    setTimeout(() => {
      collector.away = undefined
    }, LATEST / 2)
  }
  const client = async (number: number) => {
    for (let request = 0; ; request++) {
      const query = `${victim.name}-${counts.kills}-${number}-${request}`
      const events = Array.from({ length: BATCH }, (_, part) => eventOf(query, part, uniform()))
      // a client that is not sure sends the same again
      const body = JSON.stringify(request % 5 === 4 ? [...events, ...events] : events)
      const answer = await fetch(`${server.url}/v1/events`, { method: 'POST', body }).catch(() => undefined)
      if (answer === undefined) {
        counts.unanswered++
        return
      }
      if (answer.status === 202) {
        for (const { event_id } of events) acknowledged.add(event_id)
        kill()
      } else if (answer.status === 503) {
        counts.refused++
        await sleep(10)
      } else throw new Error(`Events were answered ${answer.status}: ${await answer.text()}`)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
  await killed
}

/** Later events belong to a recorded search. */
async function searchOnce(url: string): Promise<void> {
  const documents = DOCUMENTS.map((id) => ({ id, text: `the document ${id}` }))
  const body = JSON.stringify({ model: 'disranker', query: 'words', documents, ubi: { client_id: 'c1' } })
  const answer = await fetch(`${url}/v1/rerank`, { method: 'POST', body })
  if (answer.status !== 200) throw new Error(`The search was answered ${answer.status}.`)
  // it is recorded after its answer
  await sleep(1_500)
}

const eventOf = (query: string, part: number, uniform: number) => ({
  action_name: 'click',
  event_id: `${query}-${part}`,
  query_id: query,
  // a tenth of the clocks is days off
  timestamp: Date.now() + (uniform < 0.1 ? 3 * DAY : uniform < 0.2 ? -DAY / 2 : 0),
  event_attributes: {
    object: { object_id: DOCUMENTS[part % 2]! },
    token: signImpression({ queryId: query, documents: DOCUMENTS, label: '' }, SECRET, Date.now()),
  },
})

/** Event ids of whole lines; one that a kill truncated was never acknowledged. */
const linesOf = (table: string): string[] =>
  readdirSync(table).flatMap((name) =>
    readFileSync(join(table, name), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).event_id as string),
  )

/** Events as the report counts them. */
async function countedOnce(folder: string, scratch: string): Promise<number> {
  mkdirSync(scratch)
  const recorded = await openRecorded(folder, scratch)
  try {
    const rows = await recorded.connection.runAndReadAll('SELECT count(*)::DOUBLE AS n FROM events')
    return (rows.getRowObjectsJS()[0] as { n: number }).n
  } finally {
    recorded.close()
  }
}
