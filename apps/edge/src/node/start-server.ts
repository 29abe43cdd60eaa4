// The app as a plain Node server: the same routes, settings and files as the Worker, on its own socket.
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Bundle } from '@disranker/reranker'
import { getRequestListener } from '@hono/node-server'
import type { KeyStore } from '../access/key-ring.ts'
import { type AppOptions, createApp } from '../create-app.ts'
import { publishedDocuments } from '../documents/published-documents.ts'
import { DEFAULT_LIMITS, limitsFrom } from '../limits.ts'
import { assetsAndBucket } from '../models/assets-and-bucket.ts'
import { experimentSource } from '../online/experiment-source.ts'
import { recordingFrom } from '../online/recording.ts'
import { settingsFrom } from '../settings.ts'
import { createConnections } from './connections.ts'
import { folderAssets, isFile } from './folder-assets.ts'
import { folderSink } from './folder-sink.ts'
import { createLogLines } from './log-lines.ts'
import { type NativeEngine, nativeEngine } from './native-engine.ts'
import { rateLimitsFrom } from './rate-limits.ts'
import { recordedFolder } from './recorded-folder.ts'
import { sqliteDocuments } from './sqlite-documents.ts'

export { folderSink } from './folder-sink.ts'

export interface NodeServerOptions {
  /** a bundle, or the output of the command `bundle`: models and the page */
  readonly folder: string
  /** 0 for any free one */
  readonly port?: number
  /** the address to listen at; by default only this machine reaches it */
  readonly hostname?: string
  /**
   * variables of the Worker: limits, settings, keys; RATE_LIMIT and TOKEN_LIMIT are the limits of a minute,
   * KEYS_FILE names a file of keys, which may change, DOCUMENTS_FILE a SQLite file of documents by id,
   * ENGINE_THREADS is the number of threads of onnxruntime-node
   */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** more for /metrics, in Prometheus' text format */
  readonly metrics?: () => string
}

export interface NodeServer {
  /** like http://127.0.0.1:8787 */
  readonly url: string
  /** Accepts no new connection, answers open requests, and ends; after `patience` ms it closes the remaining connections. */
  close(patience?: number): Promise<void>
}

const PATIENCE = 10_000 // ms
/** bytes; a process has no limit of 128 MB */
const PROCESS_BODIES = 64 * 1024 * 1024
const PROCESS_ANSWERS = 64 * 1024 * 1024
/** default limit on threads, each with its own session */
const MOST_THREADS = 8

/** @throws {Error} the folder has no model, a variable is wrong, or the port is taken */
export async function startServer({
  folder,
  port = 8787,
  hostname = '127.0.0.1',
  variables = {},
  metrics = () => '',
}: NodeServerOptions): Promise<NodeServer> {
  const { keys, anonymous, local, engine, refresh, ...settings } = settingsFrom(variables)
  const threads = threadsFrom(variables)
  const native = engine === 'auto' ? await nativeOrTold(threads) : undefined
  const limits = limitsFrom(variables, {
    bodiesBytes: PROCESS_BODIES,
    answerCacheBytes: PROCESS_ANSWERS,
    // each thread computes one ranking
    queueTokens: DEFAULT_LIMITS.queueTokens * (native === undefined ? 1 : threads),
  })
  const own = variables.RECORD_FOLDER ? folderSink({ folder: variables.RECORD_FOLDER }) : undefined
  const recording = recordingFrom(variables, { own })
  const log = createLogLines((text) => process.stdout.write(text))
  const app = createApp({
    ...(await modelsOf(folder)),
    engines: { engine, own: native },
    limits,
    // the client is identified by the address of its socket
    access: {
      keys,
      keyStore: variables.KEYS_FILE ? fileStore(variables.KEYS_FILE) : undefined,
      refresh,
      anonymous,
      local,
      rateLimiter: rateLimitsFrom(variables),
    },
    ...settings,
    documents: variables.DOCUMENTS_FILE
      ? publishedDocuments(await sqliteDocuments(variables.DOCUMENTS_FILE), refresh)
      : undefined,
    recording,
    live: variables.RECORD_FOLDER ? recordedFolder(variables.RECORD_FOLDER) : undefined,
    experiments: experimentSource(
      undefined,
      variables.EXPERIMENTS_FILE ? experimentsFile(variables.EXPERIMENTS_FILE) : undefined,
      refresh,
    ),
    log: log.write,
    metrics: () => connections.metrics() + metrics(),
  })
  const listener = getRequestListener(app.fetch)
  const connections = createConnections(limits.timeout, (incoming, outgoing) => {
    dropClaims(incoming)
    void listener(incoming, outgoing)
  })
  const { server } = connections
  await new Promise<void>((started, failed) => {
    server.once('error', failed).listen(port, hostname, () => started())
  })
  const { address, family, port: taken } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close(patience = PATIENCE) {
      return new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), patience)
        server.close(() => {
          clearTimeout(cut)
          log.flush()
          resolve(recording?.recorder.close())
        })
        server.closeIdleConnections()
      })
    },
  }
}

/** @throws {Error} the variable is not a whole number */
const threadsFrom = ({ ENGINE_THREADS }: Readonly<Record<string, string | undefined>>) =>
  wholeNumber('ENGINE_THREADS', ENGINE_THREADS, Math.min(MOST_THREADS, availableParallelism()), 1)

function wholeNumber(name: string, variable: string | undefined, otherwise: number, least: number): number {
  const number = Number(variable || otherwise)
  if (Number.isInteger(number) && number >= least) return number
  throw new Error(`The variable ${name} is "${variable}": wanted a whole number from ${least}.`)
}

/**
 * The native engine; if it is installed but does not load (on musl, for example), the server says so and
 * serves without it.
 */
async function nativeOrTold(threads: number): Promise<NativeEngine | undefined> {
  try {
    return await nativeEngine(threads)
  } catch (error) {
    const fault = `onnxruntime-node is installed and does not load, so WebAssembly computes, which costs more: ${
      (error as Error).message
    }`
    console.error(JSON.stringify({ level: 'warn', event: 'engine', fault }))
    return undefined
  }
}

/** A file instead of a Worker's KV namespace. */
const fileStore = (path: string): KeyStore => ({ get: () => readFile(path, 'utf8') })

/** A file that may be deleted, like one in KV or R2: then there are no experiments. */
const experimentsFile = (path: string): KeyStore => ({
  get: () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    }),
})

async function modelsOf(folder: string): Promise<Pick<AppOptions, 'store' | 'assets' | 'bundle'>> {
  if (await isFile(folder, 'models.json')) {
    const assets = folderAssets(folder)
    return { assets, store: assetsAndBucket(assets) }
  }
  if (await isFile(folder, 'manifest.json')) return { bundle: () => readBundle(folder) }
  throw new Error(
    `${folder} has no models.json and no manifest.json. Wanted: a bundle, or apps/edge/dist, which "npx turbo run train" makes.`,
  )
}

async function readBundle(folder: string): Promise<Bundle> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile())
  const files = names.map(async ({ name }) => [name, new Uint8Array(await readFile(join(folder, name)))])
  return Object.fromEntries(await Promise.all(files))
}

/** Removes the headers that only Cloudflare's network may set; a client of this server could forge them. */
function dropClaims({ headers, rawHeaders }: IncomingMessage): void {
  for (const name of Object.keys(headers)) if (name.startsWith('cf-')) delete headers[name]
  // Node relies on the number of headers, so they are renamed
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]!.toLowerCase().startsWith('cf-')) rawHeaders[at] = 'x-not-believed'
}
