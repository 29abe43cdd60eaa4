// `npm run bench -- mixed [minutes] [server ...]`: for so many minutes each (1 by default), four clients send rankings, resets, broken
// bodies, gzip that inflates to 8 MB, and bodies that stop, to workerd, and to the Node server on the Node that runs this. A server
// is "workerd", "node", or the path of another Node's program. The process must not end, and a known ranking must have its scores each time.
import { isDeepStrictEqual } from 'node:util'
import { serveBare } from '../edge/bare-workerd.ts'
import { happen, KNOWN, mishaps, rank, scoresOf } from '../edge/mishaps.ts'
import { startNode } from '../edge/node-process.ts'
import { sendTogether, TOGETHER } from './bodies-together.ts'
import { DIST } from './example-requests.ts'

const CLIENTS = 4
/** ms in which a body must arrive; one that stops is refused then */
const TIMEOUT = 5_000
const variables = { REQUEST_TIMEOUT_MS: String(TIMEOUT) }
const KINDS = [
  'gzip that inflates to 8 MB',
  'gzip of 3.9 MB without its end',
  'stopped at 3.9 MB',
  'refused: nested',
]

interface Server {
  readonly url: string
  readonly port: number
  alive(): boolean
  resident(): { readonly most: number }
  close(): Promise<void>
}

const start = (name: string): Promise<Server> =>
  name === 'workerd'
    ? serveBare({ dist: DIST, variables })
    : startNode({ folder: DIST, variables, ...(name !== 'node' && { program: name }) })

/** Prints what was answered; fails when a process ends, or a ranking has other scores. */
export async function run(): Promise<void> {
  const minutes = Number(process.argv[3] ?? 1)
  const names = process.argv.slice(4)
  for (const name of names.length > 0 ? names : ['workerd', 'node']) {
    const server = await start(name)
    try {
      await mixed(name, server, minutes * 60_000)
    } finally {
      await server.close()
    }
  }
}

async function mixed(name: string, server: Server, milliseconds: number): Promise<void> {
  const wanted = scoresOf((await rank(server.url, KNOWN)).text)
  const end = performance.now() + milliseconds
  const statuses = new Map<string, number>()
  const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1)
  let wrong = 0
  const ranked = async () => {
    const { status, text } = await rank(server.url, KNOWN)
    count(`ranked ${status}`)
    if (status === 200 && !isDeepStrictEqual(scoresOf(text), wanted)) wrong++
  }
  const client = async (at: number) => {
    for (let round = 0; performance.now() < end && server.alive(); round++) {
      try {
        for (const mishap of mishaps(1, 1_000 * at + round).flat()) await happen(server, mishap)
        const kind = KINDS[(at + round) % KINDS.length]!
        // patience of 0.3 s: most of them are reset while they are read
        const patience = round % 3 === 0 ? 2 * TIMEOUT : 300
        for (const status of (await sendTogether(server.port, TOGETHER[kind]!, 1, patience)).keys())
          count(`${kind} ${status}`)
        await ranked()
      } catch (error) {
        count(`no answer: ${error instanceof Error ? error.message : error}`)
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, at) => client(at)))
  const alive = server.alive()
  if (alive) await ranked()
  console.log(
    `${name}: ${alive ? 'runs' : 'ENDED'} after ${milliseconds / 60_000} minutes, ${wrong} wrong scores, at most ` +
      `${alive ? (server.resident().most / 1e6).toFixed(0) : '?'} MB resident`,
  )
  for (const [what, times] of [...statuses].toSorted()) console.log(`  ${what}: ${times}`)
  if (!alive || wrong > 0) process.exitCode = 1
}
