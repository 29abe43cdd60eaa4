// The Worker of `npm run bench -- edge`: scores what it is sent with the bundle among its assets, and says how large the
// runtime's memory is. ONE_BATCH makes it compute all documents at once.
import exact from '@disranker/fused-encoder/exact.wasm'
import relaxed from '@disranker/fused-encoder/relaxed.wasm'
import {
  BUNDLE_FILES,
  type Bundle,
  loadReranker,
  openBundle,
  type RerankDocument,
  type Reranker,
} from '@disranker/reranker'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'

interface Env {
  readonly ASSETS: { fetch(url: string): Promise<Response> }
  readonly ONE_BATCH?: string
  readonly ENGINE?: 'fused' | 'onnxruntime'
}

let files: Promise<Bundle> | undefined
let reranker: Promise<Reranker> | undefined

async function read({ ASSETS }: Env): Promise<Bundle> {
  const names = [...BUNDLE_FILES, 'manifest.json']
  const parts = await Promise.all(
    names.map(async (name) => {
      const answer = await ASSETS.fetch(`http://assets/${name}`)
      return [name, new Uint8Array(await answer.arrayBuffer())] as const
    }),
  )
  return Object.fromEntries(parts)
}

async function load(env: Env): Promise<Reranker> {
  files ??= read(env)
  const batch = env.ONE_BATCH === undefined ? undefined : { rows: 10_000, tokens: 10_000_000 }
  return loadReranker(await files, { engine: env.ENGINE, wasm, fused: { exact, relaxed }, batch })
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
      case '/load':
        reranker ??= load(env)
        await reranker
        return new Response()
    }
    reranker ??= load(env)
    const loaded = await reranker
    const { query, documents } = (await request.json()) as { query: string; documents: RerankDocument[] }
    const { tokens } = await loaded.rank(query, documents)
    return Response.json({ tokens, heap: loaded.heapBytes(), engine: loaded.engine })
  },
}
