// The memory of an isolate over the grid of requests, from one document of one token to 1,000 of 512: the runtime's heap
// and the buffers of a request. Past MAX_TOKENS the answer is 422, which costs its body and its tokens' count.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '@disranker/edge'
import { serve } from '@disranker/edge/serve'
import { DIST } from './example-requests.ts'

const DOCUMENTS = [1, 2, 5, 10, 50, 100, 200, 500, 1_000]
const TOKENS = [1, 4, 16, 64, 128, 256, 512]
const BOUND = 100e6 // bytes
/** the body as it came, as text, and its strings after parsing */
const COPIES = 3
/** ids, token types and mask of a token, as 64-bit integers, and its id in 32 bits */
const BYTES_A_TOKEN = 28

const mb = (bytes: number) => (bytes / 1e6).toFixed(1)

/** Prints the memory of every combination; fails above the bound. */
export async function run(): Promise<void> {
  const bundle = join(DIST, 'models')
  const bundleBytes = readdirSync(bundle, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(bundle, name)))
    .reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
  const server = await serve({ dist: DIST, alone: true })
  const heapBytes = async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text()
    return Number(/^disranker_wasm_heap_bytes (\S+)$/m.exec(text)?.[1])
  }
  let most = 0
  try {
    console.log(
      `MB: the runtime's heap (it never shrinks, so each row shows the largest until then) + ${COPIES} x the body + ` +
        `${BYTES_A_TOKEN} bytes a token + the score cache (${mb(DEFAULT_LIMITS.scoreCacheBytes)}) + the bundle (${mb(bundleBytes)})`,
    )
    console.log(`documents\\tokens ${TOKENS.map((tokens) => String(tokens).padStart(8)).join('')}`)
    for (const documents of DOCUMENTS) {
      let row = String(documents).padStart(16)
      for (const tokens of TOKENS) {
        const text = Array.from({ length: tokens }, () => 'buffer').join(' ')
        const texts = Array.from({ length: documents }, () => text)
        for (const long of ['truncate', 'chunk']) {
          const body = JSON.stringify({
            model: 'disranker',
            query: 'buffer',
            documents: texts,
            long_documents: long,
          })
          const headers = { 'cache-control': 'no-store' }
          const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', headers, body })
          await answer.arrayBuffer()
          if (answer.status !== 200 && answer.status !== 422)
            throw new Error(`${documents} x ${tokens}: ${answer.status}`)
          const read = documents * (tokens + 10) * (long === 'chunk' ? 4 / 3 : 1)
          const buffers =
            COPIES * body.length + BYTES_A_TOKEN * read + DEFAULT_LIMITS.scoreCacheBytes + bundleBytes
          const bytes = (await heapBytes()) + buffers
          most = Math.max(most, bytes)
          if (long === 'chunk') row += `${answer.status === 422 ? '*' : ''}${mb(bytes)}`.padStart(8)
        }
      }
      console.log(row)
    }
    console.log(`* 422, past the limit of tokens; most: ${mb(most)} MB, bound ${mb(BOUND)} MB`)
    console.log(`heap of the runtime ${mb(await heapBytes())} MB`)
    if (most > BOUND) process.exitCode = 1
  } finally {
    await server.close()
  }
}
