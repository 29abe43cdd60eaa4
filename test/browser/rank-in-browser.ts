// A page whose script ranks, bundled by esbuild from wherever the package is installed, in a browser.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Bundle, RerankDocument } from '@disranker/reranker'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'

interface Ranked {
  readonly scores: number[]
  /** bytes of the runtime's memory */
  readonly heap: number
}

/** The interface of the page's script. */
declare global {
  interface Window {
    rerank(files: readonly string[], query: string, documents: readonly RerankDocument[]): Promise<Ranked>
  }
}

/** @param from the folder that the packages are looked for from */
export async function rankInBrowser(
  browser: Browser,
  from: string,
  bundle: Bundle,
  query: string,
  documents: readonly RerankDocument[],
): Promise<Ranked> {
  const { outputFiles } = await build({
    stdin: {
      contents: readFileSync(fileURLToPath(new URL('page.ts', import.meta.url)), 'utf8'),
      loader: 'ts',
      resolveDir: from,
    },
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
  const server = createServer(({ url }, answer) => {
    const [type, content] = files.get(url ?? '') ?? ['text/plain', new Uint8Array()]
    answer.writeHead(files.has(url ?? '') ? 200 : 404, { 'content-type': type }).end(content)
  }).listen(0, '127.0.0.1')
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => typeof window.rerank === 'function')
    return await page.evaluate(([files, query, documents]) => window.rerank(files, query, documents), [
      Object.keys(bundle),
      query,
      documents,
    ] as const)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
