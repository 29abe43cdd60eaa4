// The Web Worker and the service worker of the docs page in-your-app.md, as they stand, in a browser.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { loadReranker } from '@disranker/reranker'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { randomBundle } from '../edge/served/served-example.ts'
import { QUERY } from '../packages/empty-project.ts'
import { inEveryBrowser } from './in-every-browser.ts'

const text = readFileSync(
  fileURLToPath(new URL('../../apps/docs/pages/in-your-app.md', import.meta.url)),
  'utf8',
)
const bundle = randomBundle()
const documents = [
  'Memory is used again after it was freed.',
  'A buffer is written past its end.',
  'A weak hash.',
]
const searchAnswer = JSON.stringify({ hits: documents.map((summary, id) => ({ id, summary })) })
const requests: string[] = []
let server: Server
let address: string
let expected: number[]

async function bundled(name: string): Promise<Uint8Array> {
  const program = new RegExp(`\`\`\`js\\n// ${name}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1]
  expect(program, `in-your-app.md has no ${name}`).toBeDefined()
  const resolveDir = fileURLToPath(new URL('.', import.meta.url))
  const { outputFiles } = await build({
    stdin: { contents: program!, resolveDir },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
  })
  return outputFiles[0]!.contents
}

beforeAll(async () => {
  const reranker = await loadReranker(bundle)
  expected = (await reranker.rank(QUERY, documents)).results.map(({ index }) => index)
  await reranker.dispose()
  const script = 'text/javascript'
  const files = new Map<string, readonly [type: string, content: Uint8Array | string]>([
    ['/', ['text/html', '<title>workers</title>']],
    ['/rerank-worker.js', [script, await bundled('rerank-worker.js')]],
    ['/service-worker.js', [script, await bundled('service-worker.js')]],
    ['/search', ['application/json', searchAnswer]],
    ...Object.entries(bundle).map(
      ([name, bytes]) => [`/bundle/${name}`, ['application/octet-stream', bytes]] as const,
    ),
  ])
  server = createServer(({ url = '' }, answer) => {
    requests.push(url)
    const path = url.split('?')[0]!
    const [type, content] = files.get(path) ?? ['text/plain', '']
    answer.writeHead(files.has(path) ? 200 : 404, { 'content-type': type }).end(content)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const rankInWorker = (page: Page): Promise<number[]> =>
  page.evaluate(
    ([query, texts]) =>
      new Promise<number[]>((resolve, reject) => {
        const worker = new Worker('/rerank-worker.js', { type: 'module' })
        worker.onerror = ({ message }) => reject(new Error(message))
        worker.onmessage = ({ data }) => {
          worker.terminate()
          resolve(data.results.map(({ index }: { index: number }) => index))
        }
        worker.postMessage({ id: 1, query, documents: texts })
      }),
    [QUERY, documents] as const,
  )

inEveryBrowser('the workers of in-your-app.md', (browser) => {
  it('rank in a Web Worker, and download the bundle once', async () => {
    const page = await browser().newPage()
    await page.goto(address)
    requests.length = 0
    expect(await rankInWorker(page)).toEqual(expected)
    expect(await rankInWorker(page)).toEqual(expected)
    const asked = (name: string) => requests.filter((url) => url === `/bundle/${name}`).length
    expect([asked('manifest.json'), asked('model.onnx'), asked('model.onnx.data')]).toEqual([2, 1, 1])
    await page.close()
  })

  it('rerank the answers of a search in a service worker', async () => {
    const page = await browser().newPage()
    await page.goto(address)
    await page.evaluate(async () => {
      const controlled = new Promise((resolve) =>
        navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
      )
      await navigator.serviceWorker.register('/service-worker.js', { type: 'module' })
      await controlled
    })
    const hits = await page.evaluate(async (query) => {
      const response = await fetch(`/search?q=${encodeURIComponent(query)}`)
      return ((await response.json()) as { hits: { id: number }[] }).hits.map(({ id }) => id)
    }, QUERY)
    expect(hits).toEqual(expected)
    await page.close()
  })
})
