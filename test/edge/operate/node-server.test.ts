// The app as a plain Node server, in a process of its own: it answers as the Worker does, gives away nothing but the page,
// and ends without cutting anybody off.
import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { createApp } from '@disranker/edge'
import { startServer } from '@disranker/edge/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { startNode } from '../served/node-process.ts'
import { bundleFolder, exampleFolder, keysOf, randomBundle } from '../served/served-example.ts'

const TEXTS = EXAMPLE.documents.map(({ summary }) => summary)
const body = (documents: readonly string[] = TEXTS.slice(0, 20)) =>
  JSON.stringify({ model: 'disranker', query: EXAMPLE.queries[0]!.text, documents })
let folder: Awaited<ReturnType<typeof exampleFolder>>
const started = new Set<ChildProcess>()

beforeAll(async () => {
  folder = await exampleFolder()
})
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
  folder?.remove()
})

async function start(of: string, variables: Record<string, string> = {}, flags: readonly string[] = []) {
  const server = await startNode({ folder: of, variables, flags })
  started.add(server.child)
  return server
}

async function end(child: ChildProcess): Promise<number | null> {
  const closed = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await closed
  return code
}

describe('disranker-edge', () => {
  it('answers as the app does in any other place, from dist/ and from a bundle alone', async () => {
    // engines round the last digits differently
    const app = createApp({ bundle: async () => randomBundle(), engines: { engine: 'onnxruntime' } })
    const expected = await (
      await app.request('http://localhost/v2/rerank', { method: 'POST', body: body() })
    ).json()
    for (const of of [folder.dist, bundleFolder(folder.dist)]) {
      const { child, url } = await start(of, { ENGINE: 'onnxruntime' })
      const answer = await fetch(`${url}/v2/rerank`, { method: 'POST', body: body() })
      expect(answer.status).toBe(200)
      expect((await answer.json()).results).toEqual(expected.results)
      expect((await fetch(`${url}/ready`)).status).toBe(200)
      expect(await end(child)).toBe(0)
    }
  })

  it('serves the page and no file besides, wherever a path points', async () => {
    const { child, url } = await start(folder.dist)
    const page = await fetch(url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    const script = await fetch(`${url}/page.js`)
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/)
    const again = await fetch(`${url}/page.js`, { headers: { 'if-none-match': script.headers.get('etag')! } })
    expect(again.status).toBe(304)
    for (const path of [
      '/models.json',
      '/first.json',
      '/../package.json',
      '/%2e%2e/%2e%2e/package.json',
      '/models/%2e%2e/%2e%2e/x/y',
    ])
      expect(await statusOf(url, path), path).toBe(404)
    expect(await end(child)).toBe(0)
  })

  it('takes the settings of the Worker from the environment', async () => {
    const { child, url } = await start(folder.dist, {
      RERANK_KEYS: keysOf('open-sesame'),
      MAX_DOCUMENTS: '3',
      RATE_LIMIT: '2',
    })
    const ask = (documents: number, headers: Record<string, string>) =>
      fetch(`${url}/v2/rerank`, {
        method: 'POST',
        headers,
        body: body(TEXTS.slice(0, documents)),
      }).then(({ status }) => status)
    const key = { authorization: 'Bearer open-sesame' }
    expect([await ask(2, {}), await ask(2, key), await ask(4, key), await ask(2, key)]).toEqual([
      401, 200, 422, 429,
    ])
    expect(await end(child)).toBe(0)
  })

  it('takes keys from a file, and counts tokens as well as requests', async () => {
    const file = join(folder.dist, 'keys-of-the-test.json')
    writeFileSync(file, keysOf('open-sesame'))
    const { child, url } = await start(folder.dist, { KEYS_FILE: file, TOKEN_LIMIT: '1' })
    const ask = (key: string) =>
      fetch(`${url}/v2/rerank`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: body(),
      })
    expect([(await ask('other')).status, (await ask('open-sesame')).status]).toEqual([401, 200])
    const refused = await ask('open-sesame')
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('Too many tokens')])
    expect(await end(child)).toBe(0)
  })

  it('takes keys away and lets others in while it runs', async () => {
    const file = join(folder.dist, 'keys-that-change.json')
    writeFileSync(file, keysOf('old'))
    const server = await startServer({
      folder: folder.dist,
      port: 0,
      variables: { KEYS_FILE: file, REFRESH_SECONDS: '1' },
    })
    const ask = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await fetch(`${server.url}/v1/models`, { headers })
      await answer.arrayBuffer()
      return answer.status
    }
    try {
      expect([await ask('old'), await ask('new')]).toEqual([200, 401])
      writeFileSync(file, keysOf('new'))
      while ((await ask('new')) !== 200) await new Promise((resolve) => setTimeout(resolve, 100))
      expect(await ask('old')).toBe(401)
    } finally {
      await server.close()
    }
  })

  it('remembers whole answers', async () => {
    const { child, url } = await start(folder.dist, { SCORE_CACHE_BYTES: '0' })
    const ask = async (headers: Record<string, string> = {}) => {
      const answer = await fetch(`${url}/v2/rerank`, { method: 'POST', headers, body: body() })
      return { cache: answer.headers.get('x-disranker-cache'), text: await answer.text() }
    }
    const first = await ask()
    // it is written behind the answer
    let second = await ask()
    while (second.cache !== 'hit') second = await ask()
    expect(second.text).toBe(first.text)
    expect((await ask({ 'cache-control': 'no-store' })).cache).toBe('miss')
    expect(await end(child)).toBe(0)
  })

  it('serves nobody unless it was told whom', async () => {
    const { child, url } = await start(folder.dist, { ALLOW_LOCAL: '' })
    // a proxy next to it would bring the whole world from this machine
    expect((await fetch(`${url}/v2/rerank`, { method: 'POST', body: body() })).status).toBe(401)
    expect(await end(child)).toBe(0)
  })

  it('believes nobody who says to come through Cloudflare', async () => {
    const { child, url } = await start(folder.dist, { ALLOW_ANONYMOUS: 'true', RATE_LIMIT: '1' })
    const ask = (address: string) =>
      fetch(`${url}/v2/rerank`, { method: 'POST', headers: { 'cf-connecting-ip': address }, body: body() })
    expect([(await ask('192.0.2.1')).status, (await ask('192.0.2.2')).status]).toEqual([200, 429])
    expect(await end(child)).toBe(0)
  })

  it('answers what was asked before it ends', async () => {
    const { child, url } = await start(folder.dist)
    // the connection is kept by the client; the answer comes after the signal
    const documents = Array.from({ length: 900 }, (_, at) => `${TEXTS[at % 60]} ${at}`)
    const answer = fetch(`${url}/v2/rerank`, { method: 'POST', body: body(documents) })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const code = end(child)
    const response = await answer
    expect([response.status, (await response.json()).results.length]).toEqual([200, 900])
    expect(await code).toBe(0)
  })

  it('ends when the last answer is written, though its client keeps the connection', async () => {
    const server = await startServer({ folder: folder.dist, port: 0, variables: { ALLOW_LOCAL: 'true' } })
    const documents = Array.from({ length: 300 }, (_, at) => `${TEXTS[at % 60]} ${at}`)
    const answer = fetch(`${server.url}/v2/rerank`, { method: 'POST', body: body(documents) })
    await new Promise((resolve) => setTimeout(resolve, 100))
    // longer than a test may take
    const ended = server.close(600_000)
    expect((await answer).status).toBe(200)
    await ended
  })

  // a signal throws, because an error of a test would have to come from inside
  const THROWING = [
    '--import',
    `data:text/javascript,${encodeURIComponent(
      "process.on('SIGUSR2', () => { Promise.reject(new Error('rejected')); throw new Error('thrown') })",
    )}`,
  ]

  it('goes on after errors that nothing catches, and says it', async () => {
    const { child, url, printed } = await start(folder.dist, {}, THROWING)
    child.kill('SIGUSR2')
    while (!printed().includes('Error: rejected')) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(printed()).toContain('"event":"uncaughtException","fault":"Error: thrown')
    expect((await fetch(`${url}/v2/rerank`, { method: 'POST', body: body() })).status).toBe(200)
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^disranker_faults_total 2$/m)
    expect(await end(child)).toBe(0)
  })

  it('ends when such errors do not cease, after what was asked is answered', async () => {
    const { child, url } = await start(folder.dist, {}, THROWING)
    const ended = once(child, 'exit')
    const documents = Array.from({ length: 900 }, (_, at) => `${TEXTS[at % 60]} ${at}`)
    const answer = fetch(`${url}/v2/rerank`, { method: 'POST', body: body(documents) })
    const throwing = setInterval(() => child.kill('SIGUSR2'), 20)
    const response = await answer
    expect([response.status, (await response.json()).results.length]).toEqual([200, 900])
    expect(await ended).toEqual([1, null])
    clearInterval(throwing)
  })

  it.each([
    [{ PORT: '70000' }, 'PORT is "70000"'],
    [{ MAX_DOCUMENTS: 'many' }, 'MAX_DOCUMENTS is "many"'],
    [{ RATE_LIMIT: '-1' }, 'RATE_LIMIT is "-1"'],
  ])('says what is wrong and does not start: %j', async (variables, message) => {
    await expect(start(folder.dist, variables)).rejects.toThrow(message)
  })

  it('says what a folder must have', async () => {
    await expect(start(join(folder.dist, 'models'))).rejects.toThrow(
      'has no models.json and no manifest.json',
    )
  })
})

/** fetch would tidy the path up */
function statusOf(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

it('serves by WebAssembly where the native runtime does not load, and says it', async () => {
  const hooks = `export const load = (url, context, next) => {
    if (url.includes('onnxruntime-node')) throw new Error('Error loading shared library ld-linux-x86-64.so.2')
    return next(url, context)
  }`
  const register = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hooks).replaceAll("'", '%27')}')`
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(register)}`]
  const { child, url, printed } = await startNode({ folder: folder.dist, flags })
  started.add(child)
  expect((await fetch(`${url}/v2/rerank`, { method: 'POST', body: body() })).status).toBe(200)
  expect(printed()).toContain('onnxruntime-node is installed and does not load, so WebAssembly computes')
  expect(await end(child)).toBe(0)
})

it("is healthy by the image's own check, on the port that it serves", async () => {
  const image = readFileSync(new URL('../../../apps/edge/Dockerfile', import.meta.url), 'utf8')
  const [node, ...words] = JSON.parse(/HEALTHCHECK[^\n]*\n\s*CMD (\[.*\])/.exec(image)![1]!) as string[]
  expect(node).toBe('node')
  const { child, port } = await startNode({ folder: folder.dist })
  started.add(child)
  const check = () => spawnSync(process.execPath, words, { env: { PORT: String(port) } }).status
  expect(check()).toBe(0)
  expect(await end(child)).toBe(0)
  expect(check()).toBe(1)
})
