// The Worker in workerd alone, without the proxy that `wrangler dev` puts in front: a client that resets its connection is
// seen by the runtime as it is in production. The code is what `wrangler deploy --dry-run` would upload; the static assets
// come from a server of the test, which can be slow or say no.
import { spawn } from 'node:child_process'
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { wrangler } from '@disranker/edge/wrangler'

export interface Bare {
  readonly url: string
  readonly port: number
  /** the address of V8's inspector */
  readonly inspector: string
  /** bytes of workerd's process: resident now, and at most until now */
  resident(): { readonly now: number; readonly most: number }
  /** ms of CPU of workerd until now */
  cpu(): number
  /** whether the process still runs */
  alive(): boolean
  close(): Promise<void>
}

export interface AssetsBehaviour {
  /** ms before each answer */
  delay: number
  /** answers 500 while true */
  failing: boolean
}

export interface BareOptions {
  readonly dist: string
  /** it serves this machine without keys unless they say otherwise */
  readonly variables?: Readonly<Record<string, string>>
  /** how the static assets behave; may be changed while the Worker runs */
  readonly assets?: AssetsBehaviour
  /** put before the Worker's code, to make its runtime fail */
  readonly prelude?: string
}

// the one that comes with wrangler
const require = createRequire(createRequire(import.meta.url).resolve('wrangler'))
const workerd: string = require('workerd').default

let code: { readonly folder: string; readonly modules: readonly string[] } | undefined

/** Builds the Worker once a process. */
function build(dist: string) {
  if (code !== undefined) return code
  const folder = mkdtempSync(join(tmpdir(), 'edge-code-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { status, stderr } = wrangler(['deploy', '--dry-run', '--outdir', folder, '--assets', dist], 'pipe')
  if (status !== 0) throw new Error(`The Worker does not build: ${stderr}`)
  code = { folder, modules: readdirSync(folder).filter((name) => name.endsWith('.wasm')) }
  return code
}

export async function serveBare({ dist, variables = {}, assets, prelude = '' }: BareOptions): Promise<Bare> {
  const { folder, modules } = build(dist)
  const home = mkdtempSync(join(tmpdir(), 'edge-bare-'))
  const behaviour = assets ?? { delay: 0, failing: false }
  const files = createServer(async (request, response) => {
    await sleep(behaviour.delay)
    if (behaviour.failing) return response.writeHead(500).end()
    try {
      response.end(readFileSync(join(dist, new URL(request.url!, 'http://assets').pathname)))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve))
  const { port: assetsPort } = files.address() as AddressInfo
  for (const name of modules) linkSync(join(folder, name), join(home, name))
  writeFileSync(join(home, 'worker.js'), prelude + readFileSync(join(folder, 'worker.js'), 'utf8'))
  const given = { ALLOW_LOCAL: 'true', ...variables }
  writeFileSync(join(home, 'config.capnp'), configOf(modules, assetsPort, given))
  const process = spawn(
    workerd,
    ['serve', join(home, 'config.capnp'), '--control-fd=3', '--inspector-addr=127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const exited = new Promise<void>((resolve) => process.once('exit', () => resolve()))
  let errors = ''
  process.stderr!.on('data', (text) => {
    errors = (errors + text).slice(-10_000)
  })
  const close = async () => {
    process.kill('SIGKILL')
    await exited
    files.closeAllConnections()
    await new Promise((resolve) => files.close(resolve))
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const ports = await listening(process.stdio[3] as NodeJS.ReadableStream, exited, () => errors)
    const status = () => readFileSync(`/proc/${process.pid}/status`, 'utf8')
    const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status())?.[1])
    return {
      url: `http://127.0.0.1:${ports.http}`,
      port: ports.http,
      inspector: `127.0.0.1:${ports.inspector}`,
      resident: () => ({ now: bytes('VmRSS'), most: bytes('VmHWM') }),
      cpu() {
        const [user, system] = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
          .split(') ')[1]!
          .split(' ')
          .slice(11, 13)
        // in hundredths of a second on every Linux
        return 10 * (Number(user) + Number(system))
      },
      alive: () => process.exitCode === null && process.signalCode === null,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The ports that workerd reports; it says them when it listens. */
function listening(
  control: NodeJS.ReadableStream,
  exited: Promise<void>,
  errors: () => string,
): Promise<{ http: number; inspector: number }> {
  return new Promise((resolve, reject) => {
    let text = ''
    let [http, inspector] = [0, 0]
    control.on('data', (part) => {
      text += part
      for (const line of text.split('\n').slice(0, -1)) {
        const told = JSON.parse(line) as { event: string; socket?: string; port: number }
        if (told.event === 'listen-inspector') inspector = told.port
        if (told.socket === 'http') http = told.port
      }
      text = text.slice(text.lastIndexOf('\n') + 1)
      if (http > 0 && inspector > 0) resolve({ http, inspector })
    })
    void exited.then(() => reject(new Error(`workerd ended: ${errors()}`)))
  })
}

const configOf = (
  modules: readonly string[],
  assetsPort: number,
  variables: Readonly<Record<string, string>>,
) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "assets", external = (address = "127.0.0.1:${assetsPort}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
${modules.map((name) => `    (name = "${name}", wasm = embed "${name}"),`).join('\n')}
  ],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["enable_request_signal"],
  bindings = [
    (name = "ASSETS", service = "assets"),
${Object.entries(variables)
  .map(([name, text]) => `    (name = "${name}", text = ${JSON.stringify(text)}),`)
  .join('\n')}
  ],
);
`

/**
 * Sends a request and resets the connection, as a client does that types on.
 * @param after ms
 */
export async function reset(
  port: number,
  path: string,
  body: string | undefined,
  after: number,
): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  socket.write(
    body === undefined
      ? `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`
      : `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  await sleep(after)
  socket.resetAndDestroy()
}
