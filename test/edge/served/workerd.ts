// workerd alone as a process: takes a Worker's modules and bindings, and returns its address, memory and CPU
// time.
import { spawn } from 'node:child_process'
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { figuresOf, type ProcessFigures } from './process-figures.ts'

export interface Workerd extends ProcessFigures {
  readonly url: string
  readonly port: number
  /** the address of V8's inspector; `gc()` is there for it (v8-heap.ts) */
  readonly inspector: string
  /** whether the process still runs */
  alive(): boolean
  close(): Promise<void>
}

export interface WorkerdOptions {
  /** the Worker's entry, JavaScript */
  readonly code: string
  /** files of WebAssembly that it imports by their names */
  readonly modules?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  /** port of this machine behind the binding ASSETS */
  readonly assets?: number
  /** the same server's folder `bucket/` behind a binding MODELS, in the place of R2 */
  readonly bucket?: boolean
  /** port of this machine behind the runtime's own binding of Workers AI */
  readonly ai?: number | undefined
  /** whether it may reach other servers of this machine */
  readonly outbound?: boolean
  /** MB of V8's heap, past which the process ends; V8 collects in time. Without it V8 lets garbage lie as it does on a large machine */
  readonly heap?: number | undefined
}

// the one that comes with wrangler
const require = createRequire(createRequire(import.meta.url).resolve('wrangler'))
const workerd: string = require('workerd').default

/** @throws {Error} workerd does not start: its last words */
export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const home = mkdtempSync(join(tmpdir(), 'edge-workerd-'))
  for (const file of options.modules ?? []) linkSync(file, join(home, basename(file)))
  writeFileSync(join(home, 'worker.js'), options.code)
  writeFileSync(join(home, 'bucket.js'), BUCKET)
  writeFileSync(join(home, 'config.capnp'), configOf(options))
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
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const ports = await listening(process.stdio[3] as NodeJS.ReadableStream, exited, () => errors)
    return {
      url: `http://127.0.0.1:${ports.http}`,
      port: ports.http,
      inspector: `127.0.0.1:${ports.inspector}`,
      ...figuresOf(process.pid),
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

/** The used part of an R2 bucket. */
const BUCKET = `export default ({ files }) => ({
  async get(key) {
    const answer = await files.fetch('http://bucket/bucket/' + key)
    return answer.ok ? answer : null
  },
})
`

const configOf = (options: WorkerdOptions) => {
  const { modules = [], variables = {}, assets, bucket, ai, outbound, heap } = options
  const names = modules.map((file) => basename(file))
  const texts = Object.entries(variables)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--expose-gc"${heap ? `, "--max-heap-size=${heap}"` : ''}],
  services = [
    (name = "main", worker = .main),
    (name = "assets", external = (address = "127.0.0.1:${assets ?? 1}", http = ())),
${ai ? `    (name = "ai", external = (address = "127.0.0.1:${ai}", http = ())),` : ''}
${outbound ? '    (name = "internet", network = (allow = ["private"])),' : ''}
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
  extensions = [(modules = [(name = "test:bucket", internal = true, esModule = embed "bucket.js")])],
);
const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
${names.map((name) => `    (name = "${name}", wasm = embed "${name}"),`).join('\n')}
  ],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["enable_request_signal"],
  bindings = [
    (name = "ASSETS", service = "assets"),
${bucket ? '    (name = "MODELS", wrapped = (moduleName = "test:bucket", innerBindings = [(name = "files", service = "assets")])),' : ''}
${ai ? '    (name = "AI", wrapped = (moduleName = "cloudflare-internal:ai-api", innerBindings = [(name = "fetcher", service = "ai")])),' : ''}
${texts.map(([name, text]) => `    (name = "${name}", text = ${JSON.stringify(text)}),`).join('\n')}
  ],
);
`
}
