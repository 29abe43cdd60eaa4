// The description of the API, OpenAPI 3.1: its schemas are those that check requests, so it cannot say anything else.
import { z } from 'zod'
import { cohereError } from '../dialects/answers.ts'
import type { Dialect } from '../dialects/index.ts'
import { healthAnswer, modelsAnswer, readyAnswer } from './state-answers.ts'

type Json = Readonly<Record<string, unknown>>

export interface Operation {
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
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: Json
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'no JSON, a wrong type, a blank query, no documents; the message names the path',
  401: 'the key is missing or wrong',
  404: 'no such model',
  405: 'the path takes another method; the header allow names it',
  413: 'the body is too large, or a text that must be read whole is longer than what the model reads',
  422: 'well formed, but past a limit, which the message names',
  429: 'the key asks too often; the header retry-after says when to come back',
  499: 'the client has gone',
  500: 'a fault of the server',
  503: 'busy, or the model cannot be used; with retry-after when it is busy',
}

const text = (description: string) => ({ description, schema: { type: 'string' } })
const RANKED_HEADERS = {
  'x-request-id': text('of this answer; the log line of the request carries it'),
  'x-disranker-cache': {
    description: 'how many of the scores were remembered: all, some, none',
    schema: { type: 'string', enum: ['hit', 'partial', 'miss'] },
  },
  'x-disranker-model': text('<id>@<version> of the model that ranked'),
  'x-disranker-passthrough': text('why documents keep the order of the request; only where some do'),
  'cache-control': text('how long the client may keep the answer'),
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

const json = (schema: Json, example?: unknown) => ({
  content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
})
const either = (schemas: readonly Json[]): Json => (schemas.length === 1 ? schemas[0]! : { anyOf: schemas })

/** @param dialects path -> the dialects of that path */
export function openApi(dialects: Readonly<Record<string, readonly Dialect[]>>): OpenApi {
  const bearer = [{ bearer: [] }, {}]
  const failed = (status: number, schemas: readonly Json[]) => ({
    description: ERRORS[status]!,
    ...json(either(schemas)),
  })
  const plainError = [schemaOf(cohereError)]

  const rankPath = (of: readonly Dialect[]): Operation => {
    const errors = of.map(({ errorSchema }) => schemaOf(errorSchema))
    const names = of.map(({ name }) => name).join(' or ')
    return {
      summary: `Rank documents by a query: the rerank API of ${names}`,
      security: bearer,
      requestBody: {
        required: true,
        ...json(either(of.map(({ schema }) => schemaOf(schema, 'input'))), of[0]!.example),
      } as Operation['requestBody'] & Json,
      responses: {
        200: {
          description: 'the documents, best first',
          headers: RANKED_HEADERS,
          ...json(either(of.map(({ answerSchema }) => schemaOf(answerSchema)))),
        },
        ...Object.fromEntries(Object.keys(ERRORS).map((status) => [status, failed(Number(status), errors)])),
      },
    }
  }
  const getPath = (summary: string, content: Json, errors: readonly number[], more: Json = {}) => ({
    get: {
      summary,
      ...more,
      responses: {
        200: { description: 'as described', content },
        ...Object.fromEntries(errors.map((status) => [status, failed(status, plainError)])),
      },
    },
  })
  const of = (schema: z.ZodType) => json(schemaOf(schema)).content
  const parameter = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } })

  return {
    openapi: '3.1.1',
    info: {
      title: 'DisRanker',
      version: '1',
      description:
        'Reranks the results of a search with a small distilled BERT. Every rerank path takes the body of an API that ' +
        'clients already speak, and the fields raw_scores, long_documents and on_error beside it.',
    },
    paths: {
      ...Object.fromEntries(Object.entries(dialects).map(([path, own]) => [path, { post: rankPath(own) }])),
      '/v1/models': getPath('The models that are served', of(modelsAnswer), [401, 405, 429, 503], {
        security: bearer,
      }),
      '/models/{id}/{version}/{name}': getPath(
        'One file of a model, for ranking in a browser',
        { 'application/octet-stream': {} },
        [401, 404, 429, 503],
        { security: bearer, parameters: ['id', 'version', 'name'].map(parameter) },
      ),
      '/health': getPath('Alive, whatever the state of the model', of(healthAnswer), [405]),
      '/ready': getPath('The model is loaded and gives the right score', of(readyAnswer), [405, 503]),
      '/metrics': getPath(
        'Counters of this isolate, in the text format of Prometheus',
        { 'text/plain': {} },
        [401, 405, 429],
        { security: bearer },
      ),
      '/openapi.json': getPath('This description', { 'application/json': {} }, [405]),
      '/docs': getPath('This description as a page', { 'text/html': {} }, [405]),
    },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  }
}
