// What every route knows of a request, and what routes share.
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
    /** filled on the way, told at the end */
    outcome: { -readonly [name in keyof RequestOutcome]?: RequestOutcome[name] }
    stages: Stages
    /** where the request was let in by `enter` */
    admitted?: Admitted
    /** as the client's API tells them */
    errors?: Errors | undefined
  }
}
export type App = Hono<AppEnv>
export type AppContext = Context<AppEnv>

/** Lets requests in. */
export interface Door {
  /** @throws {ApiError} 401 or 429 */
  enter(c: AppContext): Promise<void>
  /** The same for what no limit counts. @throws {ApiError} 401 */
  look(c: AppContext): Promise<void>
}

/** @throws {ApiError} 405 */
export function refuse(allowed: string): never {
  throw new ApiError(405, `This path takes ${allowed} only.`, { headers: { allow: allowed } })
}

/** Address of the other side, where the server sees it: Node does, Cloudflare says it in a header. */
export function remoteOf(c: AppContext): string | undefined {
  const bindings = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined
  return bindings?.incoming?.socket?.remoteAddress
}

/** `waitUntil` of the platform, where there is one. */
export function keepAlive(c: AppContext): KeepAlive | undefined {
  // asked where there is none it throws, which costs a stack
  if ((c.env as { incoming?: unknown } | undefined)?.incoming !== undefined) return undefined
  try {
    const context = c.executionCtx
    return (work) => context.waitUntil(work)
  } catch {
    return undefined // not a Worker
  }
}
