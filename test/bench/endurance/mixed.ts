// `npm run bench -- mixed [minutes] [server ...] [--clients <4>] [--pause <ms between rounds of a client>]`: for so many minutes each
// (1 by default), clients send rankings, resets, broken bodies, gzip that inflates to 8 MB, and bodies that stop, to workerd, and to the
// Node server on the Node that runs this. A server is "workerd", "node", or a version of Node like "20" or "24", which npm brings; that
// one runs the published package, because it may not know types. The process must not end, and a known ranking must have its scores each time.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { happen, KNOWN, mishaps, rank, scoresOf } from '../../edge/hostile/mishaps.ts'
import { serveBare } from '../../edge/served/bare-workerd.ts'
import { startNode } from '../../edge/served/node-process.ts'
import { randomBundle } from '../../edge/served/served-example.ts'
import { emptyProject, install } from '../../packages/empty-project.ts'
import { DIST } from '../edge/example-requests.ts'
import { RUNTIMES } from '../edge/installed-runtimes.ts'
import { sendTogether, TOGETHER } from './bodies-together.ts'

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

interface Traffic {
  readonly milliseconds: number
  readonly clients: number
  /** ms */
  readonly pause: number
}

async function start(name: string): Promise<Server> {
  if (name === 'workerd') return serveBare({ dist: DIST, variables })
  if (name === 'node') return startNode({ folder: DIST, variables })
  return startPublished(name)
}

/** The published package on another Node. @throws {Error} npm has no such Node */
async function startPublished(version: string): Promise<Server> {
  const runtime = RUNTIMES.find((one) => one.name.startsWith(`Node ${version}`))
  if (runtime === undefined)
    throw new Error(
      `There is no server "${version}". Wanted: workerd, node, or ${RUNTIMES.map((one) => one.name).join(', ')}.`,
    )
  const project = await emptyProject(randomBundle())
  const home = mkdtempSync(join(tmpdir(), 'disranker-node-'))
  const remove = () => {
    project.remove()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    install(home, ...runtime.packages)
    const server = await startNode({
      folder: DIST,
      variables,
      program: join(home, 'node_modules', runtime.command),
      main: join(project.folder, 'node_modules', '@disranker', 'edge', 'dist', 'node', 'main.js'),
    })
    return { ...server, close: () => server.close().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** Prints what was answered; fails when a process ends, or a ranking has other scores. */
export async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: { clients: { type: 'string', default: '4' }, pause: { type: 'string', default: '0' } },
  })
  const [minutes = '1', ...names] = positionals
  const traffic = {
    milliseconds: Number(minutes) * 60_000,
    clients: Number(values.clients),
    pause: Number(values.pause),
  }
  for (const name of names.length > 0 ? names : ['workerd', 'node']) {
    const server = await start(name)
    try {
      await mixed(name, server, traffic)
    } finally {
      await server.close()
    }
  }
}

async function mixed(name: string, server: Server, { milliseconds, clients, pause }: Traffic): Promise<void> {
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
      await sleep(pause)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at)))
  const alive = server.alive()
  if (alive) await ranked()
  console.log(
    `${name}: ${alive ? 'runs' : 'ENDED'} after ${milliseconds / 60_000} minutes, ${wrong} wrong scores, at most ` +
      `${alive ? (server.resident().most / 1e6).toFixed(0) : '?'} MB resident`,
  )
  for (const [what, times] of [...statuses].toSorted()) console.log(`  ${what}: ${times}`)
  if (!alive || wrong > 0) process.exitCode = 1
}
