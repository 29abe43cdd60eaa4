// The reranker in a browser: the same bundle gives the scores it gives in Node.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Bundle, loadReranker, type RerankDocument } from '@disranker/reranker'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inEveryBrowser } from '../edge/in-every-browser.ts'
import { randomBundle } from '../edge/served-example.ts'

const query = 'a buffer is written past its end'
const documents: readonly RerankDocument[] = [
  'Memory is used again after it was freed.',
  { title: 'Out-of-bounds write', summary: 'The product writes data past the end of the intended buffer.' },
  { title: 'Weak hash', summary: 'The product hashes with an algorithm that is broken.' },
]

/** What the page's script offers. */
declare global {
  interface Window {
    rerank(
      files: readonly string[],
      query: string,
      documents: readonly RerankDocument[],
    ): Promise<{ readonly scores: number[]; readonly heap: number }>
  }
}

inEveryBrowser('the reranker in a browser', (browser) => {
  let bundle: Bundle
  let server: Server

  beforeAll(async () => {
    bundle = await randomBundle()
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2023',
    })
    const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
    const files = new Map<string, readonly [type: string, content: Uint8Array]>([
      ['/', ['text/html', new TextEncoder().encode('<script type="module" src="/page.js"></script>')]],
      ['/page.js', ['text/javascript', outputFiles[0]!.contents]],
      ['/ort.wasm', ['application/wasm', readFileSync(wasm)]],
      ...Object.entries(bundle).map(
        ([name, bytes]) => [`/bundle/${name}`, ['application/octet-stream', bytes]] as const,
      ),
    ])
    server = createServer(({ url }, answer) => {
      const [type, content] = files.get(url ?? '') ?? ['text/plain', new Uint8Array()]
      answer.writeHead(files.has(url ?? '') ? 200 : 404, { 'content-type': type }).end(content)
    }).listen(0, '127.0.0.1')
  })
  afterAll(() => void server?.close())

  it('scores as in Node', async () => {
    const inNode = await loadReranker(bundle)
    const expected = await inNode.score(query, documents)
    await inNode.dispose()
    const page = await browser().newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => typeof window.rerank === 'function')
    const { scores, heap } = await page.evaluate(
      ([files, query, documents]) => window.rerank(files, query, documents),
      [Object.keys(bundle), query, documents] as const,
    )
    expect(scores).toHaveLength(documents.length)
    for (const [index, score] of scores.entries()) expect(score).toBeCloseTo(expected[index]!, 5)
    expect(heap).toBeGreaterThan(0)
  })
})
