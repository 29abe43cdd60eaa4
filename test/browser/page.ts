// The script of the browser test's page: a program that ranks in its user's browser.
import { loadReranker } from '@disranker/reranker'

window.rerank = async (names, query, documents) => {
  const load = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer())
  const files = await Promise.all(names.map(async (name) => [name, await load(`/bundle/${name}`)] as const))
  const wasm = await WebAssembly.compileStreaming(fetch('/ort.wasm'))
  const reranker = await loadReranker(Object.fromEntries(files), { wasm })
  const scores = await reranker.score(query, documents)
  return { scores: [...scores], heap: reranker.heapBytes() }
}
