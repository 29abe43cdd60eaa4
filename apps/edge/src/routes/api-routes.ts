// The rerank APIs: POST /v2/rerank and the others of dialects/.
import type { PathDialects } from '../dialects/index.ts'
import { faultOf } from '../observe/request-log.ts'
import { deadlineOf } from '../ranking/deadline.ts'
import { respond, type Services } from '../ranking/respond.ts'
import { type App, type Door, keepAlive, refuse } from './app-context.ts'
import { parseJson, readBody } from './request-body.ts'

/** characters of a body that make a token, about; the model reads no more */
const TOKEN_CHARACTERS = 5
/** such requests are answered whatever the load */
const PASSTHROUGH = /"on_error"\s*:\s*"passthrough"/

/** @param scopeOf who shares remembered answers with the bearer of a key */
export function apiRoutes(
  app: App,
  dialects: Readonly<Record<string, PathDialects>>,
  services: Services,
  scopeOf: (key: string | undefined) => string,
  door: Door,
): void {
  const { limits, answers, turns, onError } = services
  for (const [path, { choose }] of Object.entries(dialects)) {
    app.use(path, async (c, next) => {
      c.set('errors', choose(undefined))
      if (c.req.method !== 'POST') refuse('POST')
      await door.enter(c)
      await next()
    })
    app.post(path, async (c) => {
      const deadline = deadlineOf(c.req.header('x-request-timeout'), limits.timeout)
      const text = await readBody(c.req.raw, limits.bodyBytes)
      // at overload a refusal is all that most get: it must not cost what the work would
      if (onError === 'fail' && !PASSTHROUGH.test(text)) turns.refuseWhenFull(text.length / TOKEN_CHARACTERS)
      const body = parseJson(text)
      const dialect = choose(body)
      c.set('errors', dialect)
      const noStore = /no-store|no-cache/i.test(c.req.header('cache-control') ?? '')
      const { signal } = c.req.raw
      const scope = scopeOf(c.get('outcome').key)
      const call = {
        path,
        text,
        body,
        dialect,
        signal,
        deadline,
        noStore,
        scope,
        stages: c.get('stages'),
        keepAlive: keepAlive(c),
      }
      const answer = await respond(services, call)
      const { documents, tokens, cache, passthrough } = answer
      const { id: model, version } = answer.model
      const fault = answer.cause === undefined ? undefined : faultOf(answer.cause)
      Object.assign(c.get('outcome'), { documents, tokens, cache, passthrough, model, version, fault })
      // what was remembered cost nothing
      const spent = c.get('admitted')?.spend(cache === 'hit' ? 0 : tokens)
      const keep = keepAlive(c)
      if (keep === undefined) await spent
      else if (spent !== undefined) keep(spent)
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
}
