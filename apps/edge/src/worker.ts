// The Worker: the app over its static assets, the compiled onnxruntime and its variables.
import type { Hono } from 'hono'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'
import { ApiError, errorResponse } from './api-error.ts'
import { type Assets, bundleFromAssets } from './bundle-from-assets.ts'
import { createApp } from './create-app.ts'
import { limitsFrom } from './limits.ts'

/** The bindings of wrangler.jsonc. */
interface Env {
  readonly ASSETS: Assets
  /** secret */
  readonly RERANK_KEY?: string
  readonly MODEL?: string
  readonly [variable: string]: unknown
}

type Handler = Pick<ReturnType<typeof createApp>, 'fetch'>
let handler: Handler | undefined

function open(env: Env): Handler {
  return createApp({
    bundle: () => bundleFromAssets(env.ASSETS),
    wasm,
    model: env.MODEL,
    limits: limitsFrom(env),
    key: env.RERANK_KEY,
    assets: env.ASSETS,
  })
}

export default {
  // env is the same for all requests of an isolate
  async fetch(request: Request, env: Env, context: Parameters<Hono['fetch']>[2]): Promise<Response> {
    try {
      handler ??= open(env)
    } catch (error) {
      const id = crypto.randomUUID()
      const message = error instanceof Error ? error.message : String(error)
      console.error(`${id} ${message}`)
      return errorResponse(new ApiError(500, message), id)
    }
    return handler.fetch(request, env, context)
  },
}
