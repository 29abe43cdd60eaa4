// The Worker of `npm run bench -- edge`: scores what it is sent with the bundle among its assets, and says how large the
// runtime's memory is. ONE_BATCH makes it compute all documents at once. `stored` are documents as a store keeps them, with vectors:
// they are sent before, to /records, and named by their keys, so that a request is as long as one by ids.
import { fromStored, type StoredVector } from '@disranker/edge/stored-vector'
import exact from '@disranker/fused-encoder/exact.wasm'
import relaxed from '@disranker/fused-encoder/relaxed.wasm'
import {
  BUNDLE_FILES,
  type Bundle,
  loadReranker,
  openBundle,
  type RerankDocument,
  type Reranker,
  releaseBundle,
  VECTOR_FILES,
} from '@disranker/reranker'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'

interface Env {
  readonly ASSETS: { fetch(url: string): Promise<Response> }
  readonly ONE_BATCH?: string
  readonly ENGINE?: 'fused' | 'onnxruntime'
}

let files: Promise<Bundle> | undefined
let reranker: Promise<Reranker> | undefined
let records: Readonly<Record<string, string>> = {}

async function read({ ASSETS }: Env): Promise<Bundle> {
  const names = [...BUNDLE_FILES, 'manifest.json', ...VECTOR_FILES]
  const files: Record<string, Uint8Array> = {}
  await Promise.all(
    names.map(async (name) => {
      const answer = await ASSETS.fetch(`http://assets/${name}`)
      if (answer.ok) files[name] = new Uint8Array(await answer.arrayBuffer())
    }),
  )
  return files
}

async function load(env: Env): Promise<Reranker> {
  files ??= read(env)
  const batch = env.ONE_BATCH === undefined ? undefined : { rows: 10_000, tokens: 10_000_000 }
  const bundle = await files
  const loaded = await loadReranker(bundle, {
    engine: env.ENGINE,
    wasm,
    fused: { exact, relaxed },
    batch,
  })
  // as the Worker of apps/edge: what it was loaded from is not kept
  files = undefined
  releaseBundle(bundle)
  return loaded
}

function rankStored({ vectors }: Reranker, query: string, stored: readonly string[]): number {
  const { tokens, score } = vectors!.open(query)
  stored
    .map((key) => {
      const { vector, ...document } = JSON.parse(records[key]!) as { vector: StoredVector } & Exclude<
        RerankDocument,
        string
      >
      const { words, ...made } = fromStored(vector)
      return score(document, made, words)
    })
    .sort((a, b) => b - a)
  return tokens
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    // the parts of a cold start, one request each
    switch (new URL(request.url).pathname) {
      case '/nothing':
        return new Response()
      case '/read':
        files ??= read(env)
        await files
        return new Response()
      case '/verify':
        await openBundle(await files!)
        return new Response()
      case '/records':
        records = await request.json()
        return new Response()
      case '/load':
        reranker ??= load(env)
        await reranker
        return new Response()
    }
    reranker ??= load(env)
    const loaded = await reranker
    const asked = (await request.json()) as { query: string } & (
      | { documents: RerankDocument[] }
      | { stored: string[] }
    )
    const tokens =
      'stored' in asked
        ? rankStored(loaded, asked.query, asked.stored)
        : (await loaded.rank(asked.query, asked.documents)).tokens
    return Response.json({ tokens, heap: loaded.heapBytes(), engine: loaded.engine })
  },
}
