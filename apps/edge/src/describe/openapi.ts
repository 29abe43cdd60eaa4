// The description of the API, OpenAPI 3.1. Its schemas are those that check requests, so the two cannot differ.
import { z } from 'zod'
import type { ErrorStatus } from '../api-error.ts'
import type { Dialect, PathDialects } from '../dialects/index.ts'
import { cohereError, jinaError, teiError, weaviateError } from '../dialects/parts/errors.ts'
import { tokenizeFields } from '../dialects/tokenize.ts'
import {
  healthAnswer,
  infoAnswer,
  metaAnswer,
  modelAnswer,
  modelsAnswer,
  readyAnswer,
  tokenizeAnswer,
} from './state-answers.ts'

type Json = Readonly<Record<string, unknown>>

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly security?: readonly Json[]
  readonly parameters?: readonly Json[]
  readonly requestBody?: { readonly content: { readonly 'application/json': MediaType } }
  readonly responses: Readonly<Record<string, { readonly description: string } & Json>>
}

interface MediaType {
  readonly schema: Json
  readonly example?: unknown
}

export interface OpenApi {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string; readonly description: string }[]
  readonly security: readonly Json[]
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: Json
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'no JSON, a wrong type, a blank query, no documents; the message names the path',
  401: 'the key is missing or wrong',
  404: 'no such model',
  405: 'the path takes another method; the header allow names it',
  408: 'the body did not arrive in time, or stalled while other requests needed the memory',
  413: 'the body is too large, or a text that must be read whole is too long for the model',
  415: 'the body is not JSON, or compressed otherwise than by gzip or deflate',
  422: 'well formed, but above a limit; the message names it',
  429: 'the key sends too many requests; retry-after says when to try again',
  499: 'the client closed the connection',
  500: 'a fault of the server',
  503: 'busy, or the model cannot be used; with retry-after when it is busy',
  504: 'the ranking was not done in its time (REQUEST_TIMEOUT_MS, x-request-timeout)',
}

const text = (description: string) => ({ description, schema: { type: 'string' } })
const RANKED_HEADERS = {
  'x-request-id': text("the request's own id, or a new one; the log line has it"),
  traceparent: text('the span of the answer, in the trace of the request'),
  'server-timing': text('queue, tokenise, compute and total, in ms'),
  'x-disranker-cache': {
    description: 'how many of the scores were cached: all, some, none',
    schema: { type: 'string', enum: ['hit', 'partial', 'miss'] },
  },
  'x-disranker-model': text('<id>@<version> of the model that ranked'),
  'x-disranker-warnings': text('unused parts of the request; only if there are some'),
  'x-disranker-passthrough': text('why documents keep the order of the request; only if some do'),
  'cache-control': text('how long the client may keep the answer'),
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const json = (schema: Json, example?: unknown) => ({
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
})
/** The bodies of a path: each API's own, distinguished by their fields. */
function bodiesOf(all: readonly Dialect[]): readonly Json[] {
  const [first, ...others] = all.map(({ fields }) => schemaOf(fields.schema, 'input'))
  if (others.length === 0) return [first!]
  const known = all.slice(1).map(({ knownBy }) => ({ required: [knownBy!] }))
  return [
    { ...first, not: { anyOf: known } },
    ...others.map((schema, at) => ({
      ...schema,
      required: [...new Set([...((schema.required ?? []) as string[]), ...known[at]!.required])],
    })),
  ]
}

/** "/v1/score" as "scoreV1": the last part first, so that related operations sort together */
function operationIdOf(path: string): string {
  const parts = path.split('/').filter(Boolean)
  return [parts.at(-1)!, ...parts.slice(0, -1)]
    .flatMap((part) => part.split(/\W+/))
    .map((part, at) => (at === 0 ? part : part[0]!.toUpperCase() + part.slice(1)))
    .join('')
}

const either = (schemas: readonly Json[]): Json => (schemas.length === 1 ? schemas[0]! : { anyOf: schemas })

/**
 * @param dialects path -> the dialects of that path
 * @param closed whether the server requires a key
 */
export function openApi(dialects: Readonly<Record<string, PathDialects>>, closed: boolean): OpenApi {
  const bearer: readonly Json[] = closed ? [{ bearer: [] }] : [{ bearer: [] }, {}]
  const failed = (status: number, schemas: readonly Json[]) => ({
    description: ERRORS[status]!,
    ...json(either(schemas)),
  })
  const plainError = [schemaOf(cohereError)]
  const jina = [schemaOf(jinaError)]

  const rankPath = (path: string, { all: of, errorSchemas }: PathDialects): Operation => {
    const errors = errorSchemas.map((schema) => schemaOf(schema))
    const names = of.map(({ name }) => name).join(' or ')
    // a status that one of them gives, in the shape of that API
    const statuses = Object.keys(ERRORS).filter((status) =>
      of.some(
        ({ statusOf }) =>
          statusOf === undefined || statusOf(Number(status) as ErrorStatus) === Number(status),
      ),
    )
    return {
      operationId: path === of[0]!.paths[0] ? of[0]!.operationId : operationIdOf(path),
      summary: `Rank documents by a query: the API of ${names}`,
      requestBody: {
        required: true,
        ...json(either(bodiesOf(of)), of[0]!.example),
      } as Operation['requestBody'] & Json,
      responses: {
        200: {
          description: 'the documents, best first',
          headers: RANKED_HEADERS,
          ...json(either(of.map(({ answerSchema }) => schemaOf(answerSchema)))),
        },
        ...Object.fromEntries(statuses.map((status) => [status, failed(Number(status), errors)])),
      },
    }
  }
  const operation = (
    operationId: string,
    summary: string,
    content: Json | undefined,
    errors: readonly number[],
    more: Json = {},
    shape = plainError,
  ): Operation => ({
    operationId,
    summary,
    ...more,
    responses: {
      200: { description: 'as described', ...(content && { content }) },
      ...Object.fromEntries(errors.map((status) => [status, failed(status, shape)])),
    },
  })
  const getPath = (...words: Parameters<typeof operation>) => ({ get: operation(...words) })
  const of = (schema: z.ZodType) => json(schemaOf(schema)).content
  const tei = [schemaOf(teiError)]
  /** responses for all callers, with or without keys */
  const open = { security: [] }
  const tokenizing = (operationId: string) => ({
    post: operation(
      operationId,
      'The tokens of texts, as the model reads them: the API of text-embeddings-inference',
      of(tokenizeAnswer),
      [400, 401, 405, 408, 413, 415, 429, 503],
      {
        requestBody: {
          required: true,
          ...json(schemaOf(tokenizeFields.schema, 'input'), { inputs: 'buffer overflow' }),
        },
      },
      tei,
    ),
  })
  const information = (operationId: string) =>
    getPath(
      operationId,
      'The model and its limits: the API of text-embeddings-inference',
      of(infoAnswer),
      [401, 405, 429, 503],
      {},
      tei,
    )
  const metaPath = (operationId: string) =>
    getPath(
      operationId,
      'The model: what Weaviate shows of its reranker',
      of(metaAnswer),
      [401, 404, 405, 429, 503],
      {},
      operationId === 'meta' ? plainError : [schemaOf(weaviateError)],
    )
  const wellKnown = (what: 'ready' | 'live', operationId: string, errors: readonly number[]) => {
    const shape = operationId.endsWith('Weaviate') ? [schemaOf(weaviateError)] : plainError
    const { responses, ...rest } = operation(
      operationId,
      `Whether it is ${what}, as Weaviate asks`,
      undefined,
      errors,
      open,
      shape,
    )
    const { 200: _, ...failures } = responses
    return { get: { ...rest, responses: { 204: { description: 'it is' }, ...failures } } }
  }
  const parameter = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })

  return {
    openapi: '3.1.1',
    info: {
      title: 'DisRanker',
      version: '1',
      description:
        'Reranks the results of a search with a small distilled BERT. Every rerank path takes the body of an API that ' +
        'clients already speak, and also the fields raw_scores, long_documents and on_error.',
    },
    servers: [{ url: '/', description: 'where this description came from' }],
    security: bearer,
    paths: {
      ...Object.fromEntries(
        Object.entries(dialects).map(([path, own]) => [path, { post: rankPath(path, own) }]),
      ),
      '/v1/models': getPath(
        'listModels',
        'The models that are served, by each of their names',
        of(modelsAnswer),
        [401, 405, 429, 503],
        {
          parameters: [
            {
              name: 'endpoint',
              in: 'query',
              schema: { type: 'string' },
              description: 'rerank, or nothing is listed',
            },
          ],
        },
        jina,
      ),
      '/v1/models/{id}': getPath(
        'getModel',
        'One of them',
        of(modelAnswer),
        [401, 404, 405, 429, 503],
        { parameters: [parameter('id')] },
        jina,
      ),
      '/models/{id}/{version}/{name}': getPath(
        'getModelFile',
        'One file of a model, for ranking in a browser',
        { 'application/octet-stream': {} },
        [401, 404, 429, 503],
        { parameters: ['id', 'version', 'name'].map(parameter) },
      ),
      '/info': information('info'),
      '/tei/info': information('infoTei'),
      '/tokenize': tokenizing('tokenize'),
      '/tei/tokenize': tokenizing('tokenizeTei'),
      '/tei/health': getPath('healthTei', 'Alive, with an empty answer', undefined, [405], open, tei),
      '/meta': metaPath('meta'),
      '/weaviate/meta': metaPath('metaWeaviate'),
      '/.well-known/ready': wellKnown('ready', 'readyWellKnown', [405, 503]),
      '/weaviate/.well-known/ready': wellKnown('ready', 'readyWeaviate', [405, 503]),
      '/.well-known/live': wellKnown('live', 'liveWellKnown', [405]),
      '/weaviate/.well-known/live': wellKnown('live', 'liveWeaviate', [405]),
      '/health': getPath(
        'getHealth',
        'The server is alive, independent of the model',
        of(healthAnswer),
        [405],
        open,
      ),
      '/ready': getPath(
        'getReady',
        'The model is loaded and gives the right score',
        of(readyAnswer),
        [405, 503],
        open,
      ),
      '/metrics': getPath(
        'getMetrics',
        'Counters of this isolate, in the text format of Prometheus',
        { 'text/plain': {} },
        [401, 405],
      ),
      '/openapi.json': getPath('getOpenapi', 'This description', { 'application/json': {} }, [405], open),
      '/docs': getPath('getDocs', 'This description as a page', { 'text/html': {} }, [405], open),
    },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  }
}
