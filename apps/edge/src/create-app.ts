// The routes: the rerank APIs, GET /health, and the page. Everything the app needs comes in as an argument, so that it
// runs in workerd, in Node and in tests alike; worker.ts chooses for Cloudflare.
import type { Bundle } from '@disranker/reranker'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { ApiError, errorResponse } from './api-error.ts'
import { createKeyCheck } from './bearer-key.ts'
import type { Assets } from './bundle-from-assets.ts'
import { createDialects, type Dialect } from './dialects/index.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { createModel } from './model.ts'
import { CONTENT_SECURITY_POLICY, PAGE_FILES, pageFile } from './page-files.ts'
import { loadRanker } from './ranker.ts'
import { rerank } from './rerank.ts'

export interface AppOptions {
  /** brings the files of the bundle; called by the first request that ranks, and again after a failure */
  readonly bundle: () => Promise<Bundle>
  /** onnxruntime-web, compiled; where it can be fetched or read (Node, browsers) it is not needed */
  readonly wasm?: WebAssembly.Module | undefined
  /** the name clients ask for; default "disranker" */
  readonly model?: string | undefined
  readonly limits?: Limits | undefined
  /** the bearer key every ranking needs; without it everybody may ask */
  readonly key?: string | undefined
  /** the files of the page; without them only the API is served */
  readonly assets?: Assets | undefined
}

type Variables = { id: string; dialect?: Dialect }

/** @throws {Error} the options cannot be served, like an empty key */
export function createApp(options: AppOptions) {
  const { limits = DEFAULT_LIMITS, assets, model: name = 'disranker' } = options
  const checkKey = createKeyCheck(options.key)
  const dialects = createDialects(limits)
  const model = createModel(async () => loadRanker(await options.bundle(), options.wasm))
  const app = new Hono<{ Variables: Variables }>()

  app.use(async (c, next) => {
    c.set('id', crypto.randomUUID())
    await next()
  })
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }))

  app.get('/health', (c) => c.json({ status: 'ok', model: { name, state: model.state } }))

  for (const [path, choose] of Object.entries(dialects)) {
    app.use(path, async (c, next) => {
      c.set('dialect', choose(undefined))
      if (c.req.method !== 'POST') refuse('POST')
      await checkKey(c.req.header('authorization'))
      await next()
    })
    app.post(
      path,
      bodyLimit({
        maxSize: limits.bodyBytes,
        onError: () => {
          throw new ApiError(
            413,
            `The body is larger than ${limits.bodyBytes} bytes. Send fewer or shorter documents: ` +
              'the model reads no more than the beginning of each.',
          )
        },
      }),
      async (c) => {
        const body = await readJson(c.req.raw)
        const dialect = choose(body)
        c.set('dialect', dialect)
        const { request, answer } = dialect.parse(body)
        if (request.model !== undefined && request.model !== name)
          throw new ApiError(404, `model: there is no model of this name here. Ask for "${name}".`)
        const ranker = await model.get(keepAlive(c))
        const ranked = await rerank(ranker, request, { tokens: limits.tokens, signal: c.req.raw.signal })
        c.header('cache-control', 'no-store')
        return c.json(
          answer(ranked, {
            id: c.get('id'),
            model: name,
            relevance: request.raw ? (score) => score : ranker.reranker.relevance,
            warnings: [],
          }) as object,
        )
      },
    )
  }
  app.all('/health', () => refuse('GET'))

  if (assets !== undefined) for (const path of PAGE_FILES) app.get(path, (c) => pageFile(assets, c.req.raw))

  app.notFound((c) =>
    errorResponse(
      new ApiError(404, 'There is nothing at this path. Rank with POST /v2/rerank.'),
      c.get('id'),
    ),
  )
  app.onError((error, c) => {
    const id = c.get('id') ?? crypto.randomUUID()
    // what failed, never what was asked
    if (!(error instanceof ApiError)) console.error(`${id} ${error.stack ?? error}`)
    else if (error.status >= 500) console.error(`${id} ${error.status} ${error.message}`)
    return errorResponse(error, id, c.get('dialect')?.errorBody)
  })
  return app
}

function refuse(allowed: string): never {
  throw new ApiError(405, `This path takes ${allowed} only.`, { headers: { allow: allowed } })
}

async function readJson(request: Request): Promise<unknown> {
  const text = await request.text()
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(
      400,
      text.trim() === ''
        ? 'The body is empty. Send a JSON object with model, query and documents.'
        : 'The body is not valid JSON. Check quotes, commas and the encoding (UTF-8).',
    )
  }
}

/** `waitUntil` of the platform, where there is one. */
function keepAlive(c: Context): ((work: Promise<unknown>) => void) | undefined {
  try {
    const context = c.executionCtx
    return (work) => context.waitUntil(work)
  } catch {
    return undefined // not a Worker
  }
}
