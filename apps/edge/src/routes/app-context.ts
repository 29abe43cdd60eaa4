// The context of a request in every route, and the code that routes share.
import type { Context, Hono } from 'hono'
import type { Admitted } from '../access/access.ts'
import { ApiError } from '../api-error.ts'
import type { Errors } from '../dialects/index.ts'
import type { KeepAlive } from '../models/model-pool.ts'
import type { RequestOutcome } from '../observe/request-outcome.ts'
import type { Stages } from '../observe/stages.ts'

export interface AppEnv {
  Variables: {
    requestId: string
    /** filled by the routes, recorded at the end */
    outcome: { -readonly [name in keyof RequestOutcome]?: RequestOutcome[name] }
    stages: Stages
    /** set where `enter` admitted the request */
    admitted?: Admitted
    /** the error format of the client's API */
    errors?: Errors | undefined
  }
}
export type App = Hono<AppEnv>
export type AppContext = Context<AppEnv>

/** Access control of the routes. */
export interface Admission {
  /** @throws {ApiError} 401 or 429 */
  enter(c: AppContext): Promise<void>
  /** Like `enter`, for requests that no limit counts. @throws {ApiError} 401 */
  look(c: AppContext): Promise<void>
}

/** @throws {ApiError} 405 */
export function refuse(allowed: string): never {
  throw new ApiError(405, `This path takes ${allowed} only.`, { headers: { allow: allowed } })
}

/** Address of the client, if the server sees it: Node does, Cloudflare sends it in a header. */
export function remoteOf(c: AppContext): string | undefined {
  const bindings = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return bindings?.incoming?.socket?.remoteAddress
}

/** `waitUntil` of the platform, if there is one. */
export function keepAlive(c: AppContext): KeepAlive | undefined {
  // reading it outside a Worker throws, and a stack trace is expensive
  if ((c.env as { incoming?: unknown } | undefined)?.incoming !== undefined) return undefined
  try {
    const context = c.executionCtx
    return (work) => context.waitUntil(work)
  } catch {
    return undefined // not a Worker
  }
}
