// The routes: the rerank APIs, the models, what an operator watches, and the page. Everything the app needs comes in as an
// argument, so that it runs in workerd, in Node and in tests alike; worker.ts chooses for Cloudflare.
import type { Bundle } from '@disranker/reranker'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { type AccessOptions, createAccess } from './access/access.ts'
import { ApiError, errorResponse } from './api-error.ts'
import { docsPage } from './describe/docs-page.ts'
import { DOCS_STYLE } from './describe/docs-style.ts'
import { type OpenApi, openApi } from './describe/openapi.ts'
import { createDialects, type Dialect } from './dialects/index.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { describeModels } from './models/describe-models.ts'
import { createLoadedModels, type KeepAlive } from './models/loaded-models.ts'
import { modelFile } from './models/model-file.ts'
import { type ModelStore, oneModel } from './models/model-store.ts'
import { checkReady } from './models/ready.ts'
import type { Assets } from './models/stored-models.ts'
import type { Analytics } from './observe/analytics.ts'
import { createObserver } from './observe/observer.ts'
import { type RequestOutcome, routeOf } from './observe/request-outcome.ts'
import { CONTENT_SECURITY_POLICY, PAGE_FILES, pageFile } from './page-files.ts'
import { rank } from './rank-route.ts'
import { createAnswerCache, type PlatformCache } from './ranking/answer-cache.ts'
import { createQueue } from './ranking/queue.ts'
import { createScoreCache } from './ranking/score-cache.ts'
import type { OnError } from './rerank-request.ts'

export interface AppOptions {
  /** brings the files of the one bundle that is served; asked when first needed, and again after a failure */
  readonly bundle?: (() => Promise<Bundle>) | undefined
  /** the name clients ask for that bundle by; default "disranker" */
  readonly model?: string | undefined
  /** where models come from, instead of one bundle */
  readonly store?: ModelStore | undefined
  /** onnxruntime-web, compiled; where it can be fetched or read (Node, browsers) it is not needed */
  readonly wasm?: WebAssembly.Module | undefined
  readonly limits?: Limits | undefined
  /** who may ask; by default whoever asks this machine itself */
  readonly access?: AccessOptions | undefined
  /** origins whose pages may ask from a browser; none by default */
  readonly origins?: readonly string[] | undefined
  /** what becomes of requests that cannot be ranked and do not say; default "fail" */
  readonly onError?: OnError | undefined
  /** the files of the page; without them only the API is served */
  readonly assets?: Assets | undefined
  /** keeps whole answers */
  readonly cache?: PlatformCache | undefined
  readonly analytics?: Analytics | undefined
}

type Outcome = { -readonly [name in keyof RequestOutcome]?: RequestOutcome[name] }
type Variables = { id: string; outcome: Outcome; dialect?: Dialect }

/** @throws {Error} the options cannot be served, like a key whose rate limiter is not there */
export function createApp(options: AppOptions) {
  const { limits = DEFAULT_LIMITS, assets, onError = 'fail', origins = [] } = options
  const store = options.store ?? oneModel(options.model ?? 'disranker', bundleOf(options))
  const models = createLoadedModels(store, options.wasm)
  const access = createAccess(options.access ?? {})
  const queue = createQueue(limits.queueTokens)
  const scores = createScoreCache(limits.scoreCacheBytes)
  const answers = createAnswerCache(options.cache, limits.answerCacheSeconds)
  const dialects = createDialects(limits)
  const observer = createObserver(options.analytics, () => ({
    disranker_wasm_heap_bytes: models.heapBytes(),
    disranker_score_cache_bytes: scores.bytes,
    disranker_queue_tokens: queue.tokens,
  }))
  const app = new Hono<{ Variables: Variables }>()

  app.use(async (c, next) => {
    const id = crypto.randomUUID()
    c.set('id', id)
    c.set('outcome', {})
    const began = Date.now()
    await next()
    c.header('x-request-id', id)
    const { status } = c.res
    const outcome = { route: routeOf(c.req.path), documents: 0, tokens: 0, ...c.get('outcome'), id, status }
    observer.observe(outcome, began, keepAlive(c))
  })
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }))
  const open = async (c: Context<{ Variables: Variables }>) => {
    c.get('outcome').key = await access(c.req.raw)
  }

  if (origins.length > 0)
    for (const path of [...Object.keys(dialects), '/v1/models'])
      app.use(
        path,
        cors({
          origin: origins.includes('*') ? '*' : [...origins],
          exposeHeaders: ['x-request-id', 'x-disranker-cache', 'x-disranker-passthrough', 'retry-after'],
          maxAge: 86_400,
        }),
      )

  for (const [path, { choose }] of Object.entries(dialects)) {
    app.use(path, async (c, next) => {
      c.set('dialect', choose(undefined))
      if (c.req.method !== 'POST') refuse('POST')
      await open(c)
      await next()
    })
    app.post(path, limitBody(limits.bodyBytes), async (c) => {
      const text = await c.req.text()
      const body = parseJson(text)
      const dialect = choose(body)
      c.set('dialect', dialect)
      const noStore = /no-store|no-cache/i.test(c.req.header('cache-control') ?? '')
      const { signal } = c.req.raw
      const call = { path, text, body, dialect, signal, noStore, keepAlive: keepAlive(c) }
      const answer = await rank({ models, limits, queue, scores, answers, onError }, call)
      const { documents, tokens, cache, passthrough } = answer
      const { id: model, version } = answer.model
      Object.assign(c.get('outcome'), { documents, tokens, cache, passthrough, model, version })
      const kept = passthrough === undefined && !noStore && answers.seconds > 0
      return c.body(answer.body, 200, {
        'content-type': 'application/json',
        'cache-control': kept ? `private, max-age=${answers.seconds}` : 'no-store',
        'x-disranker-cache': cache,
        'x-disranker-model': `${model}@${version}`,
        ...(passthrough !== undefined && { 'x-disranker-passthrough': passthrough.replace(/[^ -~]/g, '?') }),
      })
    })
  }

  // alive is whoever answers, whatever the state of its model
  app.get('/health', async (c) => {
    const model = await models.find(undefined).catch(() => undefined)
    return c.json({
      status: 'ok',
      ...(model && { model: { name: model.id, state: models.state(model) } }),
    })
  })
  app.get('/ready', async (c) => c.json(await checkReady(models)))
  app.get('/metrics', async (c) => {
    await open(c)
    return c.body(observer.metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
  app.get('/v1/models', async (c) => {
    await open(c)
    return c.json(await describeModels(store, limits))
  })
  // made when first asked for: a cold start does not wait for it
  let described: OpenApi | undefined
  const api = () => {
    described ??= openApi(Object.fromEntries(Object.entries(dialects).map(([path, { all }]) => [path, all])))
    return described
  }
  app.get('/openapi.json', (c) => c.json(api()))
  app.get('/docs', (c) => c.html(docsPage(api(), new URL(c.req.url).origin)))
  app.get('/docs.css', (c) => c.body(DOCS_STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/models/:id/:version/:name', async (c) => {
    await open(c)
    return modelFile(store, c.req.param())
  })
  if (assets !== undefined) for (const path of PAGE_FILES) app.get(path, (c) => pageFile(assets, c.req.raw))
  for (const path of ['/health', '/ready', '/metrics', '/v1/models', '/openapi.json', '/docs'])
    app.all(path, () => refuse('GET'))

  app.notFound((c) =>
    errorResponse(
      new ApiError(404, 'There is nothing at this path. Rank with POST /v2/rerank.'),
      c.get('id'),
    ),
  )
  app.onError((error, c) => {
    const id = c.get('id') ?? crypto.randomUUID()
    // what failed, never what was asked
    c.get('outcome').fault =
      error instanceof ApiError
        ? error.status >= 500
          ? error.message
          : undefined
        : (error.stack ?? error.message)
    return errorResponse(error, id, c.get('dialect')?.errorBody)
  })
  return app
}

function bundleOf({ bundle }: AppOptions): () => Promise<Bundle> {
  if (bundle === undefined) throw new Error('There is nothing to serve. Give createApp a bundle or a store.')
  return bundle
}

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new ApiError(
        413,
        `The body is larger than ${maxSize} bytes (MAX_BODY_BYTES). Send fewer or shorter documents: ` +
          'the model reads no more than the beginning of each.',
      )
    },
  })

function refuse(allowed: string): never {
  throw new ApiError(405, `This path takes ${allowed} only.`, { headers: { allow: allowed } })
}

function parseJson(text: string): unknown {
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
function keepAlive(c: Context): KeepAlive | undefined {
  try {
    const context = c.executionCtx
    return (work) => context.waitUntil(work)
  } catch {
    return undefined // not a Worker
  }
}
