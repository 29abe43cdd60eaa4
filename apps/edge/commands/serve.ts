// Runs the Worker on this machine, like `wrangler dev`, as a function. Used by dev.ts and by the tests.
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { STORES, type StoreKind } from './documents/document-writer.ts'

// The network is not needed: no request.cf lookup, no usage statistics, no error reports.
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
process.env.WRANGLER_SEND_METRICS ??= 'false'
process.env.WRANGLER_SEND_ERROR_REPORTS ??= 'false'
process.env.WRANGLER_HIDE_BANNER ??= 'true'

const START = 30_000 // ms

export interface Served {
  /** like http://127.0.0.1:8787 */
  readonly url: string
  /** Ends the server and its workerd. */
  close(): Promise<void>
}

/**
 * Serves a folder made by bundle.ts in workerd on loopback.
 * @param options.dist the static assets
 * @param options.port 0 for any free one
 * @param options.variables variables and secrets of the Worker
 * @param options.bucket folder of this machine's own copy of the R2 bucket disranker-models (publish.ts --persist-to)
 * @param options.keyRing whether keys.json of that bucket has the keys
 * @param options.documents the kind of store for documents by id, with the id "disranker-documents", and the
 * folder of its local copy
 * @param options.experiments the kind of store for experiments.json, with the id "disranker-experiments", and
 * the folder of its local copy
 * @param options.tokenLimit thousands of tokens that a key or an address has a minute
 * @param options.alone prints nothing and reads no .dev.vars or .env: for tests
 * @throws {Error} the Worker does not answer, for example because its code does not build
 */
export async function serve(options: {
  dist: string
  port?: number
  variables?: Readonly<Record<string, string>>
  bucket?: string
  keyRing?: boolean
  documents?: { readonly kind: StoreKind; readonly folder: string }
  experiments?: { readonly kind: 'kv' | 'r2'; readonly folder: string }
  tokenLimit?: number
  alone?: boolean
}): Promise<Served> {
  const { unstable_startWorker } = await import('wrangler')
  const port = options.port ?? 0
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL('../wrangler.jsonc', import.meta.url)),
    assets: options.dist,
    // with any file name wrangler does not search for its own
    ...(options.alone && { envFiles: ['.env.none'] }),
    bindings: {
      ...Object.fromEntries(
        // it listens on loopback only
        Object.entries({ ALLOW_LOCAL: 'true', ...options.variables }).map(([name, value]) => [
          name,
          { type: 'plain_text' as const, value },
        ]),
      ),
      ...(options.bucket !== undefined && {
        MODELS: { type: 'r2_bucket' as const, bucket_name: 'disranker-models' },
      }),
      ...(options.tokenLimit !== undefined && {
        TOKEN_LIMIT: {
          type: 'ratelimit' as const,
          namespace_id: '4542',
          simple: { limit: options.tokenLimit, period: 60 as const },
        },
      }),
      ...(options.documents !== undefined && {
        DOCUMENTS: STORES[options.documents.kind]('disranker-documents'),
      }),
      ...(options.experiments !== undefined && {
        EXPERIMENTS: STORES[options.experiments.kind]('disranker-experiments'),
      }),
      ...(options.keyRing && { KEYS: { type: 'r2_bucket' as const, bucket_name: 'disranker-models' } }),
    },
    dev: {
      server: { hostname: '127.0.0.1', port, secure: false },
      inspector: false,
      logLevel: options.alone ? 'none' : 'error',
      watch: false,
      persist: options.bucket ?? options.documents?.folder ?? options.experiments?.folder ?? false,
      registry: undefined,
    },
  })
  await worker.ready
  const { origin } = await worker.url
  // "ready" is also reported for a Worker that does not build
  const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(START) }).catch(
    () => undefined,
  )
  if (answer === undefined) {
    await worker.dispose()
    throw new Error(`The Worker did not answer within ${START / 1000} s of its start.`)
  }
  await answer.arrayBuffer()
  return { url: origin, close: () => worker.dispose() }
}

/** `wanted`, or the next free port above it. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isFree(port)) return port
  throw new Error(`No port from ${wanted} to ${wanted + 99} is free. Name another with PORT=...`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
