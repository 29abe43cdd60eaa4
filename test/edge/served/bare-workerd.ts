// The Worker in workerd alone, without the proxy that `wrangler dev` puts in front: a client that resets its connection is
// seen by the runtime as it is in production. The code is what `wrangler deploy --dry-run` would upload; the static assets
// come from a server of the test, which can be slow or say no.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { wrangler } from '@disranker/edge/wrangler'
import { startWorkerd, type Workerd } from './workerd.ts'

export type Bare = Workerd

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
  /** whether `bucket/` of dist stands for a bucket of models */
  readonly bucket?: boolean
  /** port of what stands in for Workers AI, behind the runtime's own binding */
  readonly ai?: number
  /** whether it may send to other servers of this machine */
  readonly outbound?: boolean
  /** MB of V8's heap, as WorkerdOptions has it */
  readonly heap?: number
  /** another Worker than that of apps/edge */
  readonly worker?: BuiltWorker
}

export interface BuiltWorker {
  /** JavaScript */
  readonly code: string
  /** files of WebAssembly */
  readonly modules: readonly string[]
}

let own: BuiltWorker | undefined

/**
 * The files that wrangler would upload.
 * @param words that name another project: --cwd and its folder
 */
export function buildWorker(dist: string, ...words: readonly string[]): BuiltWorker {
  const folder = mkdtempSync(join(tmpdir(), 'edge-code-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { status, stderr } = wrangler(
    ['deploy', '--dry-run', '--outdir', folder, '--assets', dist, ...words],
    'pipe',
  )
  if (status !== 0) throw new Error(`The Worker does not build: ${stderr}`)
  const names = readdirSync(folder)
  const modules = names.filter((name) => name.endsWith('.wasm')).map((name) => join(folder, name))
  const entry = names.find((name) => name.endsWith('.js'))!
  return { code: readFileSync(join(folder, entry), 'utf8'), modules }
}

export async function serveBare(options: BareOptions): Promise<Bare> {
  const { dist, variables = {}, prelude = '', bucket = false, outbound = false, ai, heap } = options
  // that of apps/edge is built once a process
  if (options.worker === undefined) own ??= buildWorker(dist)
  const { code, modules } = options.worker ?? own!
  const behaviour = options.assets ?? { delay: 0, failing: false }
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
  const closeFiles = async () => {
    files.closeAllConnections()
    await new Promise((resolve) => files.close(resolve))
  }
  try {
    const started = await startWorkerd({
      code: prelude + code,
      modules,
      variables: { ALLOW_LOCAL: 'true', ...variables },
      assets: (files.address() as AddressInfo).port,
      bucket,
      ai,
      outbound,
      heap,
    })
    return { ...started, close: () => started.close().finally(closeFiles) }
  } catch (error) {
    await closeFiles()
    throw error
  }
}

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
