// Ranks in this browser: with the package and the bundle of the server, in a Web Worker so that the page
// stays responsive. It answers every message with its number.
import {
  type Bundle,
  type Explanation,
  loadReranker,
  type RerankDocument,
  type Reranker,
} from '@disranker/reranker'

/** The model to rank with: the address of its files, and the key for them. */
export interface WorkerModel {
  readonly folder: string
  readonly files: readonly string[]
  readonly key: string
}

export interface WorkerCall {
  readonly call: number
  readonly model: WorkerModel
  readonly query: string
  readonly documents: readonly RerankDocument[]
  readonly explain: boolean
}

export type WorkerAnswer =
  | {
      readonly call: number
      readonly results: readonly {
        readonly index: number
        readonly relevance_score: number
        readonly explanation?: Explanation
      }[]
      readonly tokens: number
      /** ms of loading, if this call had to load */
      readonly loading: number
      /** ms of ranking */
      readonly ranking: number
    }
  | { readonly call: number; readonly problem: string }

async function bytesOf(path: string, key: string): Promise<Uint8Array> {
  const response = await fetch(path, { headers: key === '' ? {} : { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`${path}: the server answered ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}

async function load({ folder, files, key }: WorkerModel): Promise<Reranker> {
  const parts = files.map(async (name) => [name, await bytesOf(`${folder}/${name}`, key)] as const)
  const bundle: Bundle = Object.fromEntries(await Promise.all(parts))
  // 14 MB, loaded only for a model that needs onnxruntime
  const wasm = () => WebAssembly.compileStreaming(fetch('/ort-wasm-simd-threaded.wasm'))
  return loadReranker(bundle, { wasm })
}

let loaded: { readonly folder: string; readonly reranker: Promise<Reranker> } | undefined

async function rank({ call, model, query, documents, explain }: WorkerCall): Promise<WorkerAnswer> {
  const began = performance.now()
  let loading = 0
  if (loaded?.folder !== model.folder) {
    const before = loaded
    loaded = { folder: model.folder, reranker: load(model) }
    await before?.reranker.then((old) => old.dispose()).catch(() => {})
    await loaded.reranker
    loading = performance.now() - began
  }
  const reranker = await loaded.reranker
  const { results, tokens } = await reranker.rank(query, documents, { explain })
  return {
    call,
    results: results.map(({ score, ...rest }) => ({ ...rest, relevance_score: reranker.relevance(score) })),
    tokens,
    loading,
    ranking: performance.now() - began - loading,
  }
}

addEventListener('message', ({ data }: MessageEvent<WorkerCall>) => {
  rank(data)
    .catch((error): WorkerAnswer => {
      loaded = undefined // the next call tries again
      return { call: data.call, problem: error instanceof Error ? error.message : String(error) }
    })
    .then((answer) => postMessage(answer))
})
