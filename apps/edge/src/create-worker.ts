// The app as a Worker: over its static assets, the engines it was built with, and its variables.
import exact from '@disranker/fused-encoder/exact.wasm'
import relaxed from '@disranker/fused-encoder/relaxed.wasm'
import type { Hono } from 'hono'
import type { RateLimiter } from './access/access.ts'
import type { KeyStore } from './access/key-ring.ts'
import { ApiError, errorResponse } from './api-error.ts'
import { createApp } from './create-app.ts'
import type { DocumentsBinding } from './documents/document-store.ts'
import { publishedDocuments } from './documents/published-documents.ts'
import type { AiBinding } from './hosted/workers-ai.ts'
import { limitsFrom } from './limits.ts'
import { type Assets, assetsAndBucket, type Bucket } from './models/assets-and-bucket.ts'
import type { Analytics } from './observe/analytics.ts'
import { type QueueBatch, type RecordBucket, writeBatch } from './online/cloudflare-sinks.ts'
import { experimentSource } from './online/experiment-source.ts'
import { type Bindings, recordingFrom } from './online/recording.ts'
import type { PlatformCache } from './ranking/answer-cache.ts'
import { settingsFrom } from './settings.ts'

/** The bindings of wrangler.jsonc; variables are read by limits.ts and settings.ts. */
export interface Env extends Bindings {
  readonly ASSETS: Assets
  readonly MODELS?: Bucket
  readonly ANALYTICS?: Analytics
  /** a KV namespace or an R2 bucket with keys.json */
  readonly KEYS?: KeyStore
  /** a KV namespace or an R2 bucket with experiments.json, which replaces the one among the assets */
  readonly EXPERIMENTS?: KeyStore
  /** the queue's consumer writes the records here */
  readonly RECORDS?: RecordBucket
  /** a KV namespace, an R2 bucket or a D1 database with the documents that requests may name by their ids */
  readonly DOCUMENTS?: DocumentsBinding
  /** Workers AI, for the models of WORKERS_AI_MODELS */
  readonly AI?: AiBinding
  /** of the Worker that is deployed */
  readonly VERSION?: { readonly id: string; readonly tag: string }
  readonly [variable: string]: unknown
}

type Handler = Pick<ReturnType<typeof createApp>, 'fetch'>

function open(env: Env, wasm?: WebAssembly.Module): Handler {
  const { keys, anonymous, local, engine, refresh, ...settings } = settingsFrom(env)
  const rateLimiter = (binding: string) => env[binding] as RateLimiter | undefined
  return createApp({
    store: assetsAndBucket(env.ASSETS, env.MODELS, refresh),
    engines: { engine, wasm, fused: { exact, relaxed } },
    limits: limitsFrom(env),
    access: { keys, keyStore: env.KEYS, refresh, anonymous, local, rateLimiter },
    ...settings,
    ai: env.AI,
    documents: env.DOCUMENTS && publishedDocuments(env.DOCUMENTS, refresh),
    assets: env.ASSETS,
    cache: (caches as unknown as { readonly default: PlatformCache }).default,
    analytics: env.ANALYTICS,
    recording: recordingFrom(env, { bindings: env }),
    experiments: experimentSource(env.ASSETS, env.EXPERIMENTS, refresh),
    deployment: env.VERSION?.tag || env.VERSION?.id.slice(0, 8),
  })
}

/**
 * @param wasm onnxruntime-web, compiled; without it the Worker serves only models that the fused encoder
 * supports
 */
export function createWorker(wasm?: WebAssembly.Module) {
  let handler: Handler | undefined
  return {
    // env is the same for all requests of an isolate
    async fetch(request: Request, env: Env, context: Parameters<Hono['fetch']>[2]): Promise<Response> {
      try {
        handler ??= open(env, wasm)
      } catch (error) {
        const id = crypto.randomUUID()
        const message = error instanceof Error ? error.message : String(error)
        console.error(`${id} ${message}`)
        return errorResponse(new ApiError(500, message), id)
      }
      return handler.fetch(request, env, context)
    },
    /** The consumer of RECORD_QUEUE, if that is bound. */
    async queue(batch: QueueBatch, env: Env): Promise<void> {
      if (env.RECORDS === undefined)
        throw new Error(
          'The queue has rows and no bucket to write them to. Bind RECORDS in wrangler.jsonc under "r2_buckets".',
        )
      await writeBatch(batch, env.RECORDS)
    },
  }
}
