// What every route knows of a request, and what routes share.
import type { Context, Hono } from 'hono'
import { ApiError } from '../api-error.ts'
import type { Errors } from '../dialects/index.ts'
import type { KeepAlive } from '../models/model-pool.ts'
import type { RequestOutcome } from '../observe/request-outcome.ts'

export interface AppEnv {
  Variables: {
    id: string
    /** filled on the way, told at the end */
    outcome: { -readonly [name in keyof RequestOutcome]?: RequestOutcome[name] }
    /** as the client's API tells them */
    errors?: Errors | undefined
  }
}
export type App = Hono<AppEnv>
export type AppContext = Context<AppEnv>

/** Lets a request in. @throws {ApiError} 401 or 429 */
export type Open = (c: AppContext) => Promise<void>

/** @throws {ApiError} 405 */
export function refuse(allowed: string): never {
  throw new ApiError(405, `This path takes ${allowed} only.`, { headers: { allow: allowed } })
}

/** `waitUntil` of the platform, where there is one. */
export function keepAlive(c: AppContext): KeepAlive | undefined {
  try {
    const context = c.executionCtx
    return (work) => context.waitUntil(work)
  } catch {
    return undefined // not a Worker
  }
}
