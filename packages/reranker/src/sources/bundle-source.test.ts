// A bundle by name, from servers of this machine that answer as a hub and as a web server do.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { tinyBundle } from '../fixtures/tiny-bundle.ts'
import { loadReranker } from '../load-reranker.ts'
import { sha256 } from '../sha256.ts'
import { bringBundle } from './bundle-source.ts'

const folder = fileURLToPath(new URL('../fixtures/tiny-bundle', import.meta.url))
const bundle = tinyBundle()
const served = new Map<string, Uint8Array>()
const requests: string[] = []
let server: Server
let address: string
const home = mkdtempSync(join(tmpdir(), 'bundle-source-'))

const answer: RequestListener = (request, response) => {
  requests.push(request.url!)
  if (request.url!.startsWith('/private/') && request.headers.authorization !== 'Bearer hf_right') {
    response.writeHead(401).end()
    return
  }
  const bytes = served.get(request.url!)
  response.writeHead(bytes === undefined ? 404 : 200).end(bytes)
}

function serve(path: string, files: Readonly<Record<string, Uint8Array>> = bundle): void {
  for (const [name, bytes] of Object.entries(files)) served.set(`${path}${name}`, bytes)
}

beforeAll(async () => {
  server = createServer(answer)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  vi.stubEnv('DISRANKER_CACHE', join(home, 'cache'))
})
afterEach(() => {
  served.clear()
  requests.length = 0
  rmSync(join(home, 'cache'), { recursive: true, force: true })
})
afterAll(() => {
  vi.unstubAllEnvs()
  server.close()
  rmSync(home, { recursive: true, force: true })
})

const wanted = ['config.json', 'manifest.json', 'model.onnx', 'model.onnx.data', 'tokenizer.json']

describe('on this machine', () => {
  it.each([
    ['a path', folder],
    ['an address of a file', pathToFileURL(folder)],
    ['the text of that address', String(pathToFileURL(folder))],
  ])('reads %s', async (_, from) => {
    const read = await bringBundle(from)
    expect(Object.keys(read).sort()).toEqual(wanted)
    expect(read['model.onnx']).toEqual(bundle['model.onnx'])
  })

  it('ranks with it as with its bytes', async () => {
    const [named, given] = [await loadReranker(folder), await loadReranker(bundle)]
    const documents = ['Memory is used after it was freed.', 'Weak hash']
    expect(await named.rank('use after free', documents)).toEqual(
      await given.rank('use after free', documents),
    )
    await Promise.all([named.dispose(), given.dispose()])
  })

  it('says which file a folder lacks', async () => {
    const empty = mkdtempSync(join(home, 'empty-'))
    await expect(bringBundle(empty)).rejects.toMatchObject({ code: 'bundle', message: /cannot be read/ })
  })

  it('finds the bundle of an installed package', async () => {
    const project = mkdtempSync(join(home, 'project-'))
    const package_ = join(project, 'node_modules/@owner/model/bundle')
    mkdirSync(package_, { recursive: true })
    for (const [name, bytes] of Object.entries(bundle)) writeFileSync(join(package_, name), bytes)
    vi.spyOn(process, 'cwd').mockReturnValue(project)
    expect(Object.keys(await bringBundle('npm:@owner/model')).sort()).toEqual(wanted)
    await expect(bringBundle('npm:absent')).rejects.toThrow('npm install absent')
    vi.restoreAllMocks()
  })
})

describe('from a hub', () => {
  const at = { endpoint: '' }
  beforeAll(() => {
    at.endpoint = address
  })

  it('brings, checks and caches it', async () => {
    serve('/owner/name/resolve/main/bundle/')
    const first = await bringBundle('owner/name', at)
    expect(first['model.onnx.data']).toEqual(bundle['model.onnx.data'])
    expect(requests).toHaveLength(5)
    await bringBundle('owner/name', at)
    // the manifest tells whether anything has changed
    expect(requests.slice(5)).toEqual(['/owner/name/resolve/main/bundle/manifest.json'])
    await bringBundle('owner/name', { ...at, cache: false })
    expect(requests).toHaveLength(11)
  })

  it('takes the revision of the name, or of the options', async () => {
    serve('/owner/name/resolve/v2/bundle/')
    await bringBundle('owner/name@v2', at)
    await bringBundle('owner/name', { ...at, revision: 'v2' })
    await expect(bringBundle('owner/name@v3', at)).rejects.toThrow('status 404')
  })

  it('sends a token to the hub alone', async () => {
    serve('/private/name/resolve/main/bundle/')
    serve('/private/other/')
    await expect(bringBundle('private/name', at)).rejects.toMatchObject({
      code: 'bundle',
      message: /HF_TOKEN/,
    })
    await bringBundle('private/name', { ...at, token: 'hf_right' })
    await expect(bringBundle(`${address}/private/other`, { token: 'hf_right' })).rejects.toThrow('status 401')
  })

  it('refuses a file that is not the one of the manifest, and caches none of it', async () => {
    const forged = bundle['model.onnx.data']!.slice()
    forged[0] = forged[0]! ^ 1
    serve('/owner/name/resolve/main/bundle/', { ...bundle, 'model.onnx.data': forged })
    await expect(bringBundle('owner/name', at)).rejects.toThrow('model.onnx.data')
    // model.onnx, which came before it
    expect(readdirSync(join(home, 'cache/bundles'))).toHaveLength(1)
  })

  it('ends a download that is larger than the manifest says', async () => {
    const larger = new Uint8Array(bundle['config.json']!.length + 1)
    serve('/owner/name/resolve/main/bundle/', { ...bundle, 'config.json': larger })
    await expect(bringBundle('owner/name', at)).rejects.toThrow('config.json')
  })

  it('downloads again what is damaged in the cache', async () => {
    serve('/owner/name/resolve/main/bundle/')
    await bringBundle('owner/name', at)
    const cached = join(home, 'cache/bundles')
    for (const name of readdirSync(cached)) writeFileSync(join(cached, name), 'damaged')
    expect((await bringBundle('owner/name', at))['config.json']).toEqual(bundle['config.json'])
  })

  it('ends when its signal says so', async () => {
    await expect(bringBundle('owner/name', { ...at, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

it('brings the sentence encoder of a bundle that has one', async () => {
  const more = { 'encoder.onnx': new Uint8Array([1]), 'encoder.onnx.data': new Uint8Array([2, 3]) }
  const manifest = JSON.parse(new TextDecoder().decode(bundle['manifest.json']))
  for (const [name, bytes] of Object.entries(more))
    manifest.files[name] = { bytes: bytes.byteLength, sha256: await sha256(bytes) }
  const whole = { ...bundle, ...more, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) }
  serve('/vectors/', whole)
  expect(await bringBundle(`${address}/vectors/`)).toEqual({ ...whole, 'README.md': undefined })
  const there = mkdtempSync(join(home, 'vectors-'))
  for (const [name, bytes] of Object.entries(whole)) writeFileSync(join(there, name), bytes)
  expect(Object.keys(await bringBundle(there))).toContain('encoder.onnx.data')
})

it('brings a bundle from an address', async () => {
  serve('/files/bundle/')
  expect(Object.keys(await bringBundle(new URL(`${address}/files/bundle`))).sort()).toEqual(wanted)
})

it.each(['', 'bundle', 'a/b/c', 'owner/name@', 'ftp://example.org/x'])(
  'refuses the name %j',
  async (name) => {
    await expect(bringBundle(name)).rejects.toMatchObject({ code: 'bundle', message: /names no bundle/ })
  },
)

it.each([
  ['null', /no manifest/],
  ['{', /not JSON/],
  ['{"format":"disranker-bundle","files":{}}', /does not name model.onnx/],
  [
    '{"format":"disranker-bundle","files":{"model.onnx":{"bytes":-1,"sha256":"x"}}}',
    /does not name model.onnx/,
  ],
])('refuses the manifest %s', async (text, message) => {
  serve('/bad/', { 'manifest.json': new TextEncoder().encode(text) })
  await expect(bringBundle(`${address}/bad/`)).rejects.toThrow(message)
})
