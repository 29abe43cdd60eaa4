// What the Worker says of itself: the description is OpenAPI, every route is in it, and real requests and answers fit it.
import { createApp } from '@disranker/edge'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { randomBundle } from '../served/served-example.ts'

const app = createApp({ bundle: async () => randomBundle() })

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>
}
interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { requestBody?: Content; responses: Readonly<Record<string, Content>> }>>
    >
  >
}
const text = await (await app.request('/openapi.json')).text()
const api = JSON.parse(text) as Described
const ajv = new Ajv2020({ strict: false, allErrors: true })
const flaws = (schema: object, value: unknown) => {
  const check = ajv.compile(schema)
  check(value)
  return check.errors ?? []
}
const post = (path: string, body: unknown) =>
  app.request(path, { method: 'POST', body: JSON.stringify(body) })

const ranking = Object.entries(api.paths).flatMap(([path, { post }]) =>
  post === undefined || path.endsWith('/tokenize')
    ? []
    : [{ path, operation: post, content: post.requestBody!.content['application/json']! }],
)

describe('/openapi.json', () => {
  it('is an OpenAPI 3.1 document', async () => {
    expect(await new Validator().validate(JSON.parse(text))).toMatchObject({ valid: true })
  })

  it('has every route and no other', () => {
    const routes = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !/^\/(docs\.css|favicon\.\w+)$/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted())
  })

  it.each(ranking)('describes what $path takes and answers', async ({ path, operation, content }) => {
    expect(flaws(content.schema, content.example)).toEqual([])
    const answer = await post(path, content.example)
    expect(answer.status).toBe(200)
    expect(flaws(operation.responses[200]!.content['application/json']!.schema, await answer.json())).toEqual(
      [],
    )
    const asked = ['query', 'queries', 'input'].find((name) => name in (content.example as object))!
    const bodies = [{}, ...[7, ' ', ''].map((value) => ({ ...(content.example as object), [asked]: value }))]
    for (const body of bodies) {
      const refused = await post(path, body)
      expect(refused.status).toBe(400)
      expect(
        flaws(operation.responses[400]!.content['application/json']!.schema, await refused.json()),
      ).toEqual([])
    }
    // what the schema refuses the server refuses
    for (const body of bodies) expect(flaws(content.schema, body)).not.toEqual([])
  })

  it.each(['/tokenize', '/tei/tokenize'])('describes what %s takes and answers', async (path) => {
    const { requestBody, responses } = api.paths[path]!.post!
    const { schema, example } = requestBody!.content['application/json']!
    expect(flaws(schema, example)).toEqual([])
    const answer = await post(path, example)
    expect(answer.status).toBe(200)
    expect(flaws(responses[200]!.content['application/json']!.schema, await answer.json())).toEqual([])
    for (const body of [{}, { inputs: 7 }, { inputs: [] }]) {
      expect(flaws(schema, body)).not.toEqual([])
      const refused = await post(path, body)
      expect(refused.status).toBe(400)
      expect(flaws(responses[400]!.content['application/json']!.schema, await refused.json())).toEqual([])
    }
  })

  it('has an operationId for each operation, a server, and a key where one is wanted', async () => {
    const { servers, security, paths } = JSON.parse(text)
    expect(servers).toEqual([{ url: '/', description: expect.any(String) }])
    expect(security).toEqual([{ bearer: [] }, {}])
    const operations = Object.values<Record<string, { operationId: string; security?: object[] }>>(
      paths,
    ).flatMap((methods) => Object.values(methods))
    const ids = operations.map(({ operationId }) => operationId)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/)
    expect(new Set(ids).size).toBe(ids.length)
    expect(paths['/health'].get.security).toEqual([])
    const keys = [{ name: 'k', sha256: new Uint8Array(32) }]
    const closed = createApp({ bundle: async () => randomBundle(), access: { keys } })
    expect(await (await closed.request('/openapi.json')).json()).toMatchObject({ security: [{ bearer: [] }] })
  })

  it.each(['/v1/models', '/info', '/tei/info', '/health', '/ready'])(
    'describes what %s answers',
    async (path) => {
      const answer = await (await app.request(path)).json()
      const { schema } = api.paths[path]!.get!.responses[200]!.content['application/json']!
      expect(flaws(schema, answer)).toEqual([])
    },
  )

  it('names the limits of this server', () => {
    expect(ranking[0]!.content.schema).toMatchObject({
      properties: { documents: { maxItems: 1000 }, query: { maxLength: 8192 } },
    })
  })
})

describe('/docs', () => {
  it('shows every path and field, without a script, from this host', async () => {
    const answer = await app.request('http://a.test/docs')
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
    const page = await answer.text()
    for (const path of Object.keys(api.paths))
      expect(page).toContain(`<code>${'post' in api.paths[path]! ? 'POST' : 'GET'} ${path}`)
    for (const field of ['rank_fields', 'truncation_direction', 'long_documents', 'top_k'])
      expect(page).toContain(`<code>${field}</code>`)
    expect(page).not.toMatch(/<script|style=|(?:src|href)="https?:/)
    expect((await app.request('/docs.css')).headers.get('content-type')).toMatch(/^text\/css/)
  })
})

describe('the icon', () => {
  it.each(['/favicon.svg', '/favicon.ico'])('is there for every browser: %s', async (path) => {
    const answer = await app.request(path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  })
})
