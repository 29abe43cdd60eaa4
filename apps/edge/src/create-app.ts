// The routes: the rerank APIs, the models, the state for operators, and the page. Everything the app needs is
// an argument, so that it runs in workerd, in Node and in tests alike; worker.ts chooses for Cloudflare.
import type { Bundle, EngineOptions } from '@disranker/reranker'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import { type AccessOptions, createAccess } from './access/access.ts'
import { ApiError, errorResponse } from './api-error.ts'
import { createDialects, type TeiTruncation } from './dialects/index.ts'
import type { DocumentTexts } from './documents/with-texts.ts'
import { hostedModels, withHosted } from './hosted/hosted-models.ts'
import type { HostedSettings } from './hosted/hosted-settings.ts'
import type { AiBinding } from './hosted/workers-ai.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { type ModelAliases, withAliases } from './models/aliases.ts'
import type { Assets } from './models/assets-and-bucket.ts'
import { createModelPool } from './models/model-pool.ts'
import { type ModelSource, oneModel } from './models/model-source.ts'
import type { Analytics } from './observe/analytics.ts'
import { createObserver } from './observe/observer.ts'
import { faultOf } from './observe/request-log.ts'
import { createTracing, type TracingOptions } from './observe/tracing.ts'
import { behindRankings } from './online/behind-rankings.ts'
import type { ExperimentSource } from './online/experiment-source.ts'
import { IMPRESSION_HEADER, QUERY_ID_HEADER, SHOWN_ARM_HEADER } from './online/impressions.ts'
import { createLiveCounts } from './online/live-counts.ts'
import type { Recording } from './online/recording.ts'
import { recordingMetrics } from './online/recording-metrics.ts'
import { watchedRecorder } from './online/watched-recorder.ts'
import { createAnswerCache, type PlatformCache } from './ranking/answer-cache.ts'
import type { OnError } from './ranking/ranking-request.ts'
import { createRecentAnswers } from './ranking/recent-answers.ts'
import { createScheduler } from './ranking/scheduler.ts'
import { createScoreCache } from './ranking/score-cache.ts'
import { apiRoutes } from './routes/api-routes.ts'
import { type Admission, type AppContext, type AppEnv, remoteOf } from './routes/app-context.ts'
import { createBodies } from './routes/bodies/request-body.ts'
import { eventRoutes } from './routes/event-routes.ts'
import { experimentRoutes, type LiveSource } from './routes/experiment-routes.ts'
import { modelRoutes } from './routes/model-routes.ts'
import { contentSecurityPolicy, EVENT_SCRIPT, pageFile, shownExample } from './routes/page-files.ts'
import { pageRoutes } from './routes/page-routes.ts'
import { nearestPath, pathOf } from './routes/paths.ts'
import { stateRoutes } from './routes/state-routes.ts'
import { teiRoutes } from './routes/tei-routes.ts'
import { watchRequests } from './routes/watched.ts'
import { weaviateRoutes } from './routes/weaviate-routes.ts'
import { VERSION } from './version.ts'

export interface AppOptions {
  /** loads the files of the only served bundle; called on first use, and again after a failure */
  readonly bundle?: (() => Promise<Bundle>) | undefined
  /** the name of that bundle in requests; default "disranker" */
  readonly model?: string | undefined
  /** where models come from, instead of one bundle */
  readonly store?: ModelSource | undefined
  /** models of Workers AI, by their names here; they need `ai` */
  readonly hosted?: ReadonlyMap<string, HostedSettings> | undefined
  /** the binding of Workers AI */
  readonly ai?: AiBinding | undefined
  /** the engine; not needed where modules can be compiled and files read (Node) */
  readonly engines?: EngineOptions | undefined
  readonly limits?: Limits | undefined
  /** access control; by default only requests that are known to come from this machine are served */
  readonly access?: AccessOptions | undefined
  /** origins whose pages may send requests from a browser; none by default */
  readonly origins?: readonly string[] | undefined
  /** the answer to requests that cannot be ranked, unless they choose it; default "fail" */
  readonly onError?: OnError | undefined
  /** other names of models, such as those of hosted ones: alias -> name; "*" for every unknown name */
  readonly aliases?: ModelAliases | undefined
  /** how TEI's API handles texts longer than the model reads; default "auto" */
  readonly teiTruncation?: TeiTruncation | undefined
  /** the files of the page; without them only the API is served */
  readonly assets?: Assets | undefined
  /**
   * whether the page's example is public; by default the one that comes with the code is, if there are no keys, and a
   * part of the operator's corpus never is
   */
  readonly publishExample?: boolean | undefined
  /** origins of search APIs that the page may call for documents, "*" for any; none by default */
  readonly searchOrigins?: readonly string[] | undefined
  /** texts of documents that requests name by their ids; without it such requests are refused */
  readonly documents?: DocumentTexts | undefined
  /** keeps whole answers, for all isolates of a location */
  readonly cache?: PlatformCache | undefined
  readonly analytics?: Analytics | undefined
  /** more for /metrics, in Prometheus' text format */
  readonly metrics?: (() => string) | undefined
  /** takes the log's lines of requests that the server did not fail; console.log by default */
  readonly log?: ((line: string) => void) | undefined
  /** where traces go */
  readonly tracing?: TracingOptions | undefined
  /** version of the deployment, in addition to that of the package: in /health and the log, and part of every cache key */
  readonly deployment?: string | undefined
  /** the sink for records of searches and events; none by default */
  readonly recording?: Recording | undefined
  /** experiments on recorded searches; none by default */
  readonly experiments?: ExperimentSource | undefined
  /** the counts of experiments, if they cover more than the records of this process */
  readonly live?: LiveSource | undefined
  /** whether clients with different keys share cached scores and answers; they do not by default */
  readonly shareCaches?: boolean | undefined
}

/** headers that a page of another origin may read */
const EXPOSED = [
  'x-request-id',
  'x-disranker-cache',
  'x-disranker-model',
  'x-disranker-passthrough',
  QUERY_ID_HEADER,
  IMPRESSION_HEADER,
  SHOWN_ARM_HEADER,
  'x-disranker-warnings',
  'x-disranker-hosted',
  'retry-after',
  'server-timing',
  'traceparent',
]

/** @throws {Error} the options are invalid, for example a key whose rate limiter does not exist */
export function createApp(options: AppOptions) {
  const { limits = DEFAULT_LIMITS, assets, onError = 'fail', origins = [], aliases = new Map() } = options
  const store = options.store ?? oneModel(options.model ?? 'disranker', bundleOf(options))
  const hosted = hostedModels(options.hosted ?? new Map(), options.ai)
  const models = withAliases(withHosted(createModelPool(store, options.engines), hosted), aliases)
  const access = createAccess({ origins, ...(options.access ?? { local: true }) })
  const code = [VERSION, options.deployment].filter(Boolean).join('+')
  const bodies = createBodies(limits)
  const scheduler = createScheduler(limits.queueTokens)
  const scores = createScoreCache(limits.scoreCacheBytes)
  const answers = createAnswerCache(options.cache, limits.answerCacheSeconds)
  const recent = createRecentAnswers(limits.answerCacheBytes, limits.answerCacheSeconds)
  const dialects = createDialects(limits, options.teiTruncation)
  const gauges = () => ({
    disranker_wasm_heap_bytes: models.heapBytes(),
    disranker_score_cache_bytes: scores.bytes,
    disranker_answer_cache_bytes: recent.bytes,
    disranker_queue_tokens: scheduler.tokens,
    disranker_bodies_bytes: bodies.bytes,
  })
  const observer = createObserver(options.analytics, gauges, options.log)
  const app = new Hono<AppEnv>({ getPath: (request) => pathOf(request, dialects) })

  watchRequests(app, dialects, observer, createTracing(options.tracing ?? {}, code), code)
  // registered before the headers that restrict all other answers to this origin
  app.use(EVENT_SCRIPT, async (c, next) => {
    await next()
    c.header('cross-origin-resource-policy', 'cross-origin')
  })
  const { searchOrigins = [] } = options
  app.use(secureHeaders({ contentSecurityPolicy: contentSecurityPolicy(searchOrigins) }))
  const admission: Admission = {
    async enter(c) {
      const admitted = await access.enter(c.req.raw, remoteOf(c))
      c.set('admitted', admitted)
      c.get('outcome').key = admitted.key
    },
    async look(c) {
      c.get('outcome').key = await access.look(c.req.raw, remoteOf(c))
    },
  }

  // every path, also those of a model's files: a page of another origin may rank here, or in its own browser
  if (origins.length > 0)
    app.use(
      cors({
        origin: origins.includes('*') ? '*' : [...origins],
        exposeHeaders: EXPOSED,
        maxAge: 86_400,
      }),
    )

  // neither timing nor "hit" may reveal the requests of another tenant
  const scopeOf = (key = '') => JSON.stringify([code, options.shareCaches ? '' : key])
  const texts = options.documents
  const { recording, experiments = async () => [] } = options
  const counts = createLiveCounts()
  const began = new Date().toISOString()
  const live = options.live ?? { of: `by this process since ${began}`, counts: async () => counts }
  const watched = recording &&
    options.live === undefined && { ...recording, recorder: watchedRecorder(recording.recorder, counts) }
  const online = recording && { recording: watched || recording, experiments }
  const services = {
    models,
    hosted,
    limits,
    scheduler,
    scores,
    answers,
    recent,
    texts,
    onError,
    bodies,
    online,
  }
  apiRoutes(app, dialects.paths, services, scopeOf, admission)
  stateRoutes(
    app,
    {
      store,
      models,
      code,
      metrics: () =>
        observer.metrics() +
        hosted.metrics() +
        (recording ? recordingMetrics(recording.recorder.counts) : '') +
        (options.metrics?.() ?? ''),
    },
    admission,
  )
  modelRoutes(app, { store, models, hosted: hosted.all, limits, aliases }, admission)
  teiRoutes(app, { store, models, limits, bodies, version: code }, admission)
  weaviateRoutes(app, models, code, admission)
  if (recording !== undefined && assets !== undefined)
    app.get(EVENT_SCRIPT, (c) => pageFile(assets, c.req.raw))
  if (online !== undefined) {
    const enter = (c: AppContext) => access.enterReport(c.req.raw, remoteOf(c))
    eventRoutes(app, online.recording, limits, enter, behindRankings(scheduler))
    experimentRoutes(app, { experiments, live, closed: access.closed }, admission)
  }
  const served = () =>
    models.find(undefined).then(
      ({ id }) => id,
      () => undefined,
    )
  const shown = shownExample(options.publishExample, access.closed)
  const facts = {
    example: shown,
    closed: access.closed,
    search: searchOrigins.length > 0,
    record: recording?.page === true,
  }
  pageRoutes(app, dialects.paths, assets, facts, served)

  app.notFound((c) => {
    throw new ApiError(
      404,
      `There is nothing at this path. Rank with POST ${nearestPath(c.req.path, dialects)}.`,
    )
  })
  app.onError(async (error, c) => {
    const id = c.get('requestId') ?? crypto.randomUUID()
    await bodies.discard(c.req.raw)
    // the failure, never the content of the request
    c.get('outcome').fault = error instanceof ApiError && error.status < 500 ? undefined : faultOf(error)
    return errorResponse(error, id, c.get('errors'))
  })
  return app
}

function bundleOf({ bundle }: AppOptions): () => Promise<Bundle> {
  if (bundle === undefined) throw new Error('There is nothing to serve. Give createApp a bundle or a store.')
  return bundle
}
