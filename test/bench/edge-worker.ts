// The Worker of `npm run bench -- edge`: scores what it is sent with the bundle among its assets, and says how large the
// runtime's memory is. ONE_BATCH makes it compute all documents at once.
import { BUNDLE_FILES, loadReranker, type RerankDocument, type Reranker } from '@disranker/reranker'
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm'

interface Env {
  readonly ASSETS: { fetch(url: string): Promise<Response> }
  readonly ONE_BATCH?: string
}

let reranker: Promise<Reranker> | undefined

async function load({ ASSETS, ONE_BATCH }: Env): Promise<Reranker> {
  const names = [...BUNDLE_FILES, 'manifest.json']
  const files = await Promise.all(
    names.map(async (name) => {
      const answer = await ASSETS.fetch(`http://assets/${name}`)
      return [name, new Uint8Array(await answer.arrayBuffer())] as const
    }),
  )
  const batch = ONE_BATCH === undefined ? undefined : { rows: 10_000, tokens: 10_000_000 }
  return loadReranker(Object.fromEntries(files), { wasm, batch })
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    reranker ??= load(env)
    const loaded = await reranker
    const { query, documents } = (await request.json()) as { query: string; documents: RerankDocument[] }
    const { tokens } = await loaded.rank(query, documents)
    return Response.json({ tokens, heap: loaded.heapBytes() })
  },
}
