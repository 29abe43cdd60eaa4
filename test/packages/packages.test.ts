// The packages as others install them: clean by publint and attw, typed, and ranking as the sources do in Node and in a
// browser. `npm run bench -- runtimes` tries more runtimes, which are large to install.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { checkPackage, publishedPackages } from '@disranker/release'
import { loadReranker } from '@disranker/reranker'
import { loadTokenizer } from '@disranker/tokenizer'
import { writeModelFolder } from '@disranker/transformer'
import { goldenEncoders } from '@disranker/transformer/testing/golden-encoders'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inEveryBrowser } from '../browser/in-every-browser.ts'
import { rankInBrowser } from '../browser/rank-in-browser.ts'
import { buildWorker, serveBare } from '../edge/served/bare-workerd.ts'
import { exampleFolder, randomBundle } from '../edge/served/served-example.ts'
import { DOCUMENTS, type EmptyProject, emptyProject, QUERY, ROOT, rankWith } from './empty-project.ts'
import { outside } from './outside.ts'

const NAMES = publishedPackages(ROOT).map(({ json }) => json.name)
const bundle = randomBundle()
const resolve = createRequire(import.meta.url).resolve
let project: EmptyProject
vi.setConfig({ testTimeout: 300_000 })
let expected: readonly number[]

beforeAll(async () => {
  const reranker = await loadReranker(bundle)
  expected = [...(await reranker.score(QUERY, DOCUMENTS))]
  await reranker.dispose()
  project = await emptyProject(bundle)
  // npm and the compiler, on a machine that is busy with other tests
}, 600_000)
afterAll(() => project?.remove())

it('are those that people install, and all that these import', () => {
  expect(NAMES).toEqual(
    expect.arrayContaining([
      '@disranker/reranker',
      '@disranker/tokenizer',
      '@disranker/edge',
      '@disranker/onnx',
      'disranker',
    ]),
  )
})

describe.each(NAMES)('%s', (name) => {
  it('is clean by publint', async () => {
    expect(await checkPackage(project.packages.get(name)!.folder)).toEqual([])
  })

  it('has types that are right, by attw', () => {
    // a command has none
    if (['@disranker/onnx', 'disranker'].includes(name)) return
    // CommonJS reaches it by require(esm), which Node 20 has too
    const attw = join(dirname(resolve('@arethetypeswrong/cli/package.json')), 'dist', 'index.js')
    const words = [attw, project.packages.get(name)!.tarball, '--profile', 'esm-only', '--no-color']
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
    expect(status, stdout + stderr).toBe(0)
  })
})

describe('in an empty project', () => {
  const found = nodes()
  it.each(found)('rank as the sources do: $version', ({ path }) => {
    const answer = rankWith(project.folder, path)
    const tokenizer = loadTokenizer(new TextDecoder().decode(bundle['tokenizer.json']))
    expect(answer.tokens).toEqual([...tokenizer.encode(QUERY)])
    expect(answer.scores).toHaveLength(expected.length)
    for (const [at, score] of answer.scores.entries()) expect(score).toBeCloseTo(expected[at]!, 5)
  })

  it.each(found)('serve: $version', async ({ path }) => {
    const main = join(project.folder, 'node_modules', '@disranker', 'edge', 'dist', 'node', 'main.js')
    const server = spawn(path, [main, 'bundle'], {
      cwd: project.folder,
      env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ALLOW_LOCAL: 'true' },
    })
    try {
      let printed = ''
      for await (const text of server.stdout) {
        printed += text
        if (printed.includes('\n')) break
      }
      const url = /serves (http\S+)/.exec(printed)![1]!
      const body = JSON.stringify({ model: 'disranker', query: QUERY, documents: DOCUMENTS })
      const answer = await fetch(`${url}/v1/rerank`, { method: 'POST', body })
      const text = await answer.text()
      expect(answer.status, text).toBe(200)
      const { results } = JSON.parse(text) as { results: { index: number }[] }
      const order = expected.map((_, at) => at).sort((a, b) => expected[b]! - expected[a]!)
      expect(results.map(({ index }) => index)).toEqual(order)
    } finally {
      server.kill()
    }
  })

  it.each(found)('serve the example, and offer it as a tool: $version', async ({ path }) => {
    const main = join(project.folder, 'node_modules', 'disranker', 'dist', 'main.js')
    const env = { ...outside(), PORT: '0' }
    const server = spawn(path, [main, 'serve', 'example'], { cwd: project.folder, env })
    const client = new Client({ name: 'test', version: '1' })
    try {
      let printed = ''
      for await (const text of server.stdout) {
        printed += text
        if (printed.includes('\n')) break
      }
      const url = /serves (http\S+)/.exec(printed)![1]!
      const body = JSON.stringify({ query: QUERY, documents: DOCUMENTS })
      const { results } = await (await fetch(`${url}/v1/rerank`, { method: 'POST', body })).json()
      const order = expected.map((_, at) => at).sort((a, b) => expected[b]! - expected[a]!)
      expect(results.map(({ index }: { index: number }) => index)).toEqual(order)
      const words = [main, 'mcp', 'example']
      await client.connect(new StdioClientTransport({ command: path, args: words, cwd: project.folder }))
      const texts = DOCUMENTS.filter((document) => typeof document === 'string')
      const call = { name: 'rerank', arguments: { query: QUERY, documents: texts } }
      const { structuredContent } = await client.callTool(call)
      expect(structuredContent).toMatchObject({ results: [{ index: 0 }] })
    } finally {
      server.kill()
      await client.close()
    }
  })

  it.each(found)('import a cross-encoder: $version', ({ path }) => {
    const golden = goldenEncoders().find(({ name }) => name === 'bert')!
    const at = (name: string) => join(project.folder, name)
    mkdirSync(at('model'), { recursive: true })
    writeModelFolder(at('model'), golden)
    const pairs = golden.pairs.flatMap(([query]) => golden.pairs.map(([, document]) => ({ query, document })))
    writeFileSync(at('pairs.jsonl'), [...pairs, ...pairs].map((row) => `${JSON.stringify(row)}\n`).join(''))
    const command = join(project.folder, 'node_modules', '@disranker', 'onnx', 'dist', 'import', 'cli.js')
    const words = [
      'import',
      './model',
      '--out',
      'imported',
      '--pairs',
      'pairs.jsonl',
      '--min-agreement',
      '.5',
    ]
    const { status, stdout, stderr } = spawnSync(path, [command, ...words], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/fits an isolate/)
    expect(existsSync(join(at('imported'), 'manifest.json'))).toBe(true)
  })

  it('serve as a Worker: ./worker as wrangler bundles it, in workerd', async () => {
    const { dist, remove } = await exampleFolder()
    writeFileSync(join(project.folder, 'worker.js'), "export { default } from '@disranker/edge/worker'\n")
    const config = { name: 'mine', main: 'worker.js', compatibility_date: '2026-11-01' }
    writeFileSync(join(project.folder, 'wrangler.json'), JSON.stringify(config))
    const server = await serveBare({ dist, worker: buildWorker(dist, '--cwd', project.folder) })
    try {
      const body = JSON.stringify({ query: QUERY, documents: DOCUMENTS, raw_scores: true })
      const answer = await fetch(`${server.url}/v1/rerank`, { method: 'POST', body })
      const text = await answer.text()
      expect(answer.status, text).toBe(200)
      const { results } = JSON.parse(text) as { results: { index: number; relevance_score: number }[] }
      expect(results).toHaveLength(expected.length)
      for (const { index, relevance_score: score } of results) expect(score).toBeCloseTo(expected[index]!, 5)
    } finally {
      await server.close()
      remove()
    }
  })

  it.each(['nodenext', 'bundler'])('have types for moduleResolution %s', (moduleResolution) => {
    writeFileSync(
      join(project.folder, 'typed.ts'),
      `import { loadReranker, type Ranked } from '@disranker/reranker'
export async function rank(bundle: Record<string, Uint8Array>): Promise<Ranked> {
  const reranker = await loadReranker(bundle)
  // @ts-expect-error a query is a text
  await reranker.rank(7, [])
  return reranker.rank('query', ['a', { title: 'b', summary: 'c' }], { topN: 1 })
}
`,
    )
    const compiler = join(dirname(resolve('typescript/package.json')), 'bin', 'tsc')
    const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution
    const options = ['--strict', '--noEmit', '--target', 'es2023', '--lib', 'es2023,dom', '--types', '']
    const words = [
      compiler,
      ...options,
      '--module',
      module,
      '--moduleResolution',
      moduleResolution,
      'typed.ts',
    ]
    const { status, stdout } = spawnSync(process.execPath, words, { cwd: project.folder, encoding: 'utf8' })
    expect(status, stdout).toBe(0)
  })

  inEveryBrowser('rank as the sources do', (browser) => {
    it('bundled by esbuild', async () => {
      const { scores } = await rankInBrowser(browser(), project.folder, bundle, QUERY, DOCUMENTS)
      expect(scores).toHaveLength(expected.length)
      for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(expected[at]!, 5)
    })
  })
})

/** The Node that runs this, and the one of this machine's own, which runs npm. */
function nodes(): readonly { readonly version: string; readonly path: string }[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const own = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
  const paths = own === undefined ? [process.execPath] : [process.execPath, own]
  const found = paths.map((path) => ({
    path,
    version: `Node ${spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()}`,
  }))
  return found.filter(({ version }, at) => found.findIndex((other) => other.version === version) === at)
}
