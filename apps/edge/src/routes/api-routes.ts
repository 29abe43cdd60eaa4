// The rerank APIs: POST /v2/rerank and the others of dialects/.
import { ApiError } from '../api-error.ts'
import type { PathDialects } from '../dialects/index.ts'
import type { KeepAlive } from '../models/model-pool.ts'
import { faultOf } from '../observe/request-log.ts'
import { behindRankings } from '../online/behind-rankings.ts'
import { type Asker, chooseArms } from '../online/choose-arms.ts'
import type { ExperimentSource } from '../online/experiment-source.ts'
import {
  impressionHeaders,
  type Showing,
  searchRow,
  type ToldImpression,
  tellImpression,
  withUbi,
} from '../online/impressions.ts'
import type { Recording } from '../online/recording.ts'
import { hasUbiHeader, takeUbi } from '../online/ubi-request.ts'
import type { Call, Services } from '../ranking/call.ts'
import { deadlineOf } from '../ranking/deadline.ts'
import type { OnError } from '../ranking/ranking-request.ts'
import { type Answer, recall, respond } from '../ranking/respond.ts'
import { type Admission, type App, type AppContext, keepAlive, refuse } from './app-context.ts'
import type { Bodies, RequestBody } from './bodies/request-body.ts'
import { createPassthroughCallers } from './passthrough-callers.ts'

/** approximate tokens in a body of this size; the model may read fewer */
const tokensOf = (bytes: number) => bytes / 5
/** such small requests are answered under any load */
const PASSTHROUGH = /"on_error"\s*:\s*"passthrough"/

/** The data of a request before its body is parsed. */
type Given = Pick<Call, 'path' | 'sum' | 'scope' | 'noStore'> & Pick<RequestBody, 'json'>

const noStoreOf = (c: AppContext) => /no-store|no-cache/i.test(c.req.header('cache-control') ?? '')

/** @param scopeOf the scope of shared answers, for the name of a key */
export function apiRoutes(
  app: App,
  dialects: Readonly<Record<string, PathDialects>>,
  services: Services & { readonly bodies: Bodies; readonly online: Online | undefined },
  scopeOf: (key: string | undefined) => string,
  admission: Admission,
): void {
  const { limits, answers, recent, scheduler, onError, bodies, online } = services
  const seconds = Math.max(answers.seconds, recent.seconds)
  const patient = createPassthroughCallers()
  const begin = behindRankings(scheduler)
  for (const [path, { choose, undecided }] of Object.entries(dialects)) {
    app.use(path, async (c, next) => {
      c.set('errors', undecided)
      if (c.req.method !== 'POST') refuse('POST')
      await admission.enter(c)
      await next()
    })
    app.post(path, async (c) => {
      const arrival = Date.now() + limits.timeout
      const deadline = deadlineOf(c.req.header('x-request-timeout'), limits.timeout)
      const wish = onErrorOf(c.req.header('x-on-error')) ?? onError
      // At overload most requests are refused. A refusal must be cheap and must not wait for the body, except
      // for clients whose bodies ask for the order of the request instead of an error.
      const caller = c.get('admitted')?.caller ?? ''
      const mayPass = wish === 'passthrough' || patient.expects(caller)
      if (!mayPass) scheduler.refuseWhenFull(tokensOf(Number(c.req.header('content-length') ?? 0)))
      const body = await bodies.read(c.req.raw, arrival)
      try {
        const given = { path, sum: body.sum, scope: scopeOf(c.get('outcome').key), noStore: noStoreOf(c) }
        // a recorded request has its own answer
        const recorded = online !== undefined && hasUbiHeader((name) => c.req.header(name))
        const known = recorded ? undefined : await recall(services, given)
        if (known?.onError === 'passthrough') patient.saw(caller)
        if (known !== undefined) return send(c, known, { kept: true })
        if (PASSTHROUGH.test(body.text())) patient.saw(caller)
        else if (wish === 'fail') scheduler.refuseWhenFull(tokensOf(body.bytes))
        return await rank(c, { ...given, json: body.json }, { deadline, onError: wish })
      } finally {
        body.close()
      }
    })

    async function rank(
      c: AppContext,
      { json, ...given }: Given,
      wishes: Pick<Call, 'deadline' | 'onError'>,
    ) {
      const began = Date.now()
      const header = (name: string) => c.req.header(name)
      const sent = json()
      c.set('errors', choose(sent))
      const { body, ubi } = online === undefined ? { body: sent, ubi: undefined } : takeUbi(sent, header)
      const dialect = choose(body)
      const showing = ubi && (await showingOf(online!, { ubi, key: c.get('outcome').key, header }, began))
      const call = {
        ...given,
        ...wishes,
        body,
        dialect,
        signal: c.req.raw.signal,
        stages: c.get('stages'),
        keepAlive: keepAlive(c),
        queryId: showing?.queryId,
        chosen: showing?.chosen,
      }
      const answer = await respond(services, call)
      const spent = c.get('admitted')?.spend(answer.computed)
      const keep = keepAlive(c)
      if (keep === undefined) await spent
      else if (spent !== undefined) keep(spent)
      const kept = answer.passthrough === undefined && !given.noStore && showing === undefined
      const told =
        showing &&
        record(online!, showing, answer, { began, query: queryOf(body), keep, pause: begin().pause })
      return send(c, answer, { kept, told, inBody: showing?.ubi.inBody })
    }

    /**
     * @param kept whether the client may cache the answer; told has the parts that refer to the record of the
     * search, inBody too
     */
    function send(
      c: AppContext,
      answer: Answer,
      {
        kept,
        told,
        inBody,
      }: { kept: boolean; told?: ToldImpression | undefined; inBody?: boolean | undefined },
    ): Response {
      const { documents, tokens, cache, passthrough, warnings } = answer
      const { id: model, version } = answer.model
      const fault = answer.cause === undefined ? undefined : faultOf(answer.cause)
      Object.assign(c.get('outcome'), { documents, tokens, cache, passthrough, model, version, fault })
      return c.body(told && inBody ? withUbi(answer.body, told) : answer.body, 200, {
        ...(told && impressionHeaders(told)),
        'content-type': 'application/json',
        'cache-control': kept && seconds > 0 ? `private, max-age=${seconds}` : 'no-store',
        'x-disranker-cache': cache,
        'x-disranker-model': `${model}@${version}`,
        ...(passthrough !== undefined && { 'x-disranker-passthrough': printable(passthrough) }),
        ...(answer.hosted !== undefined && {
          'x-disranker-hosted': `${answer.hosted.model}; tokens=${answer.hosted.tokens}; usd=${answer.hosted.usd.toFixed(9)}`,
        }),
        // for clients of APIs whose answers have no field for warnings
        ...(warnings.length > 0 && { 'x-disranker-warnings': printable(warnings.join(' ')) }),
      })
    }
  }
}

/** Handles requests that identify the searcher. */
export interface Online {
  readonly recording: Recording
  readonly experiments: ExperimentSource
}

async function showingOf({ experiments }: Online, asker: Asker, now: number): Promise<Showing> {
  const { ubi } = asker
  const queryId = ubi.query_id ?? crypto.randomUUID()
  return { ubi, queryId, chosen: chooseArms(await experiments(), asker, now) }
}

/** Records the shown list after the answer; returns the part of the answer that refers to it. */
function record(
  { recording }: Online,
  showing: Showing,
  answer: Answer,
  {
    began,
    query,
    keep,
    pause,
  }: {
    began: number
    query: string | undefined
    keep: KeepAlive | undefined
    pause: () => Promise<void>
  },
): ToldImpression {
  const now = Date.now()
  const make = () => ({
    id: showing.queryId,
    value: searchRow(showing, answer, recording, { now, milliseconds: now - began, query }),
  })
  const kept = recording.recorder.impression(make, pause)
  keep?.(kept)
  return tellImpression(showing, answer, recording, now)
}

const queryOf = (body: unknown): string | undefined => {
  const { query } = (body ?? {}) as { query?: unknown }
  return typeof query === 'string' ? query : undefined
}

/** maximal characters of a header; proxies refuse much longer ones */
const LONGEST_HEADER = 2_000
const printable = (text: string) => text.replace(/[^ -~]/g, '?').slice(0, LONGEST_HEADER)

/** @throws {ApiError} 400 */
function onErrorOf(header: string | undefined): OnError | undefined {
  if (header === undefined || header === 'fail' || header === 'passthrough') return header
  throw new ApiError(400, 'The header x-on-error is wrong: wanted "fail" or "passthrough".')
}
