// Sends bad requests to a served Worker and checks every answer: refused, in the shape that its description gives, and
// the server still ranks. Run by fuzz.test.ts, and longer by `npm run bench -- fuzz`.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { serveExample } from '../served/served-example.ts'
import { badRequests, PATHS, validBody } from './bad-bodies.ts'

const LIMITS = { documents: 20, queryCharacters: 100, bodyBytes: 20_000 }
const VARIABLES = {
  MAX_DOCUMENTS: String(LIMITS.documents),
  MAX_QUERY_CHARACTERS: String(LIMITS.queryCharacters),
  MAX_BODY_BYTES: String(LIMITS.bodyBytes),
}
/** ms; a refusal takes about one */
const PATIENCE = 10_000
const EVERY = 100

interface Described {
  readonly paths: Readonly<
    Record<string, { readonly post?: { readonly requestBody: Content; readonly responses: Responses } }>
  >
}
type Content = { readonly content: Readonly<Record<string, { schema: object }>> }
type Responses = Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>>

/**
 * @param count requests to send
 * @param seed of their generation
 * @param tell called with the number of requests sent so far
 * @returns how often each status was the answer
 * @throws {Error} an answer is not what it should be; with the smallest request that shows it
 */
export async function fuzz(
  count: number,
  seed: number,
  tell: (done: number) => void = () => {},
): Promise<ReadonlyMap<number, number>> {
  const server = await serveExample({ variables: VARIABLES })
  const statuses = new Map<number, number>()
  let done = 0
  try {
    const send = (path: string, body: BodyInit) =>
      fetch(`${server.url}${path}`, { method: 'POST', body, signal: AbortSignal.timeout(PATIENCE) })
    const api = (await (await fetch(`${server.url}/openapi.json`)).json()) as Described
    const errorSchema = schemas(api)
    const requestSchema = requestSchemas(api)
    await fc.assert(
      fc.asyncProperty(badRequests(LIMITS), async ({ path, body, flaw }) => {
        const answer = await send(path, body)
        const { status } = answer
        const told = await answer.text()
        const describe = `${path}, ${flaw}: ${status} ${told.slice(0, 300)}`
        if (status < 400 || status > 499) throw new Error(`Not refused: ${describe}`)
        const check = errorSchema(path, status)
        if (check === undefined || !check(JSON.parse(told))) throw new Error(`Not as described: ${describe}`)
        // what the server refuses its description refuses, and nothing else
        const sent = parsed(body)
        if (sent !== undefined && requestSchema(path)(sent.value))
          throw new Error(`Refused, and allowed by the description: ${describe}`)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (++done % EVERY === 0) {
          const path = PATHS[(done / EVERY) % PATHS.length]!
          if (!requestSchema(path)(validBody(path)))
            throw new Error(`The description of ${path} refuses a good request.`)
          const good = await send(path, JSON.stringify(validBody(path)))
          if (good.status !== 200)
            throw new Error(`A good request of ${path}: ${good.status} ${await good.text()}`)
          await good.arrayBuffer()
          tell(done)
        }
      }),
      { numRuns: count, seed },
    )
  } finally {
    await server.close()
  }
  return statuses
}

function schemas(api: Described): (path: string, status: number) => ValidateFunction | undefined {
  const ajv = new Ajv2020({ strict: false })
  const compiled = new Map<string, ValidateFunction>()
  return (path, status) => {
    const key = `${path} ${status}`
    const schema = api.paths[path]?.post?.responses[status]?.content['application/json']?.schema
    if (schema !== undefined && !compiled.has(key)) compiled.set(key, ajv.compile(schema))
    return compiled.get(key)
  }
}

function requestSchemas(api: Described): (path: string) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false })
  const compiled = new Map(
    PATHS.map((path) => [
      path,
      ajv.compile(api.paths[path]!.post!.requestBody.content['application/json']!.schema),
    ]),
  )
  return (path) => compiled.get(path)!
}

/** The JSON of a body, where it is some that fits the size the server takes: the schema cannot tell of other bodies. */
function parsed(body: string | Uint8Array): { readonly value: unknown } | undefined {
  if (body.length > LIMITS.bodyBytes) return undefined
  try {
    const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body)
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
