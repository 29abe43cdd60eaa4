// Measures the cost of a bundle at the edge: in WebAssembly on one thread, as in a Worker.
import { type Bundle, loadReranker } from '@disranker/reranker'
import { createPairEncoder, type Encoding, loadTokenizer } from '@disranker/tokenizer'
import { builtInPairs } from './built-in-pairs.ts'

const DOCUMENTS = 50
const TOKENS = 64
/** of the 128 MB of an isolate; the rest is for code, vocabulary and requests */
export const LARGEST_HEAP = 100e6
/** Cloudflare's limit for one static asset, bytes */
const LARGEST_ASSET = 25 * 2 ** 20

export interface EdgeCost {
  /** the engine: the fused encoder if it supports the graph, else onnxruntime-web */
  readonly engine: string
  /** CPU time of 50 documents of 64 tokens, the second time */
  readonly milliseconds: number
  /** WebAssembly memory afterwards, bytes */
  readonly heap: number
}

/** Loads the bundle and ranks 50 documents of 64 tokens. */
export async function edgeCost(bundle: Bundle, tokenizer: string, encoding: Encoding): Promise<EdgeCost> {
  const [query, documents] = texts(tokenizer, encoding)
  const reranker = await loadReranker(bundle)
  try {
    await reranker.score(query, documents)
    const before = process.cpuUsage()
    await reranker.score(query, documents)
    const { user, system } = process.cpuUsage(before)
    return { engine: reranker.engine, milliseconds: (user + system) / 1000, heap: reranker.heapBytes() }
  } finally {
    await reranker.dispose()
  }
}

/** Documents that make 64 tokens with their query, or as near below as whole words come. */
function texts(tokenizer: string, encoding: Encoding): [query: string, documents: { summary: string }[]] {
  const encoder = createPairEncoder(loadTokenizer(tokenizer), encoding)
  const pairs = builtInPairs()
  const query = pairs[0]!.query
  const words = pairs.slice(0, 24).flatMap(({ document }) => document.summary.split(' '))
  const most = Math.min(TOKENS, encoding.maxLength)
  const documents = Array.from({ length: DOCUMENTS }, (_, at) => {
    const from = at * 7
    let count = 1
    const text = (size: number) => words.slice(from, from + size).join(' ')
    while (count < 64 && encoder.encode(query, { summary: text(count + 1) }).tokens <= most) count++
    return { summary: text(count) }
  })
  return [query, documents]
}

/** The message on a bundle's cost before anything is uploaded. */
export function costLines(
  bundle: Bundle,
  bytes: number,
  { engine, milliseconds, heap }: EdgeCost,
  fits: boolean,
): string[] {
  const mega = (count: number) => `${(count / 1e6).toFixed(1)} MB`
  const large = Object.entries(bundle).filter(([, file]) => file.byteLength > LARGEST_ASSET)
  return [
    `${mega(bytes)} in all, ${mega(bundle['model.onnx.data']!.byteLength)} of weights`,
    `${Math.round(milliseconds)} ms of CPU for ${DOCUMENTS} documents of ${TOKENS} tokens: engine ${engine}, this machine, one thread of WebAssembly in Node; a Worker takes up to 1.7 times that`,
    `${mega(heap)} of WebAssembly memory: ${fits ? 'fits an isolate' : `does not fit an isolate, which leaves it ${mega(LARGEST_HEAP)}: keep fewer layers (--layers) or tokens (--vocabulary)`}`,
    ...large.map(
      ([name, file]) =>
        `${name} has ${mega(file.byteLength)}, a static asset of a Worker at most ${mega(LARGEST_ASSET)}: cut the vocabulary (--vocabulary) or layers (--layers), or serve it from R2 (apps/docs/pages/deploy.md)`,
    ),
  ]
}
