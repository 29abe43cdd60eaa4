// `npm start` with files of your own and an encoder that reads them, from the files to an answer: a copy of this checkout, the tiny corpus,
// a tiny encoder, short recipes. Few queries are judged, so that the table is made first and decides that no network is trained.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeTinyBert } from './tiny/checkpoints.ts'
import { writeCorpus } from './tiny/corpus.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const MADE = new Set(['node_modules', 'out', 'dist', '.turbo', '.cache', '.wrangler', 'in'])

let home: string
let checkout: string
beforeAll(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'own-files-'))
  checkout = join(home, 'checkout')
  copyCheckout()
  writeCorpus(join(checkout, 'packages/dataset/in'))
  writeTinyBert(join(home, 'bert'))
  change(
    'sentence-encoder/recipes/features.ts',
    "from: 'auto'",
    `from: ${JSON.stringify(join(home, 'bert'))}`,
  )
  change('sentence-encoder/recipes/features.ts', 'query: 64, document: 256', 'query: 32, document: 64')
  change('student/recipes/table.ts', 'steps: 1200', 'steps: 20')
  // a random encoder is no better than BM25
  change('metrics/recipes/evaluate.ts', 'teacherFromScratch: true', '$&, bundleUndecided: true')
})
afterAll(() => fs.rmSync(home, { recursive: true, force: true }))

/** The sources of this checkout and what is installed in it, and nothing that was made in it. */
function copyCheckout(): void {
  const copied = (path: string) => !MADE.has(basename(path))
  for (const name of ['packages', 'apps', 'test/package.json', 'test/turbo.json', ...fs.readdirSync(ROOT)])
    if (/^(packages|apps|test\/.*|.*\.json)$/.test(name))
      fs.cpSync(join(ROOT, name), join(checkout, name), { recursive: true, filter: copied })
  const installed = join(checkout, 'node_modules')
  fs.mkdirSync(join(installed, '@disranker'), { recursive: true })
  for (const name of fs.readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@disranker') fs.symlinkSync(join(ROOT, 'node_modules', name), join(installed, name))
  // these lead to the packages of the copy, since they are relative
  for (const name of fs.readdirSync(join(ROOT, 'node_modules/@disranker')))
    fs.symlinkSync(
      fs.readlinkSync(join(ROOT, 'node_modules/@disranker', name)),
      join(installed, '@disranker', name),
    )
  for (const name of ['packages', 'apps'].flatMap((group) =>
    fs.readdirSync(join(ROOT, group)).map((one) => join(group, one)),
  )) {
    const own = join(ROOT, name, 'node_modules')
    if (fs.existsSync(own)) fs.symlinkSync(own, join(checkout, name, 'node_modules'))
  }
}

function change(file: string, from: string, to: string): void {
  const path = join(checkout, 'packages', file)
  const text = fs.readFileSync(path, 'utf8')
  expect(text).toContain(from)
  fs.writeFileSync(path, text.replace(from, to))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

it('trains, says each stage once, serves and ends', { timeout: 300_000 }, async () => {
  const port = await freePort()
  const child = spawn(process.execPath, [join(checkout, 'packages/pipeline/src/start.ts')], {
    env: { ...process.env, PORT: String(port), CI: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const lines: string[] = []
  const complaints: string[] = []
  child.stderr.on('data', (text) => complaints.push(String(text)))
  const serves = new Promise<boolean>((resolve) => {
    void ended.then(() => resolve(false))
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (line.startsWith('Ctrl-C')) resolve(true)
    })
  })
  try {
    expect(await serves, [...lines, ...complaints].join('\n')).toBe(true)
    const response = await fetch(`http://127.0.0.1:${port}/v2/rerank`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'disranker',
        query: 'green lamp for a harbour',
        documents: ['A white boat made for the office.', 'A green lamp made for the harbour.'],
      }),
    })
    const { results } = (await response.json()) as { results: { index: number }[] }
    expect(results[0]!.index).toBe(1)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
  const stages = lines.flatMap((line) => /^(\S+) (?:took|is unchanged)/.exec(line)?.[1] ?? [])
  expect(stages).toEqual([...new Set(stages)])
  expect(stages).toContain('table')
  expect(lines.join('\n')).toContain('bert reads the documents, since the recipe names it')
  expect(lines.length).toBeLessThanOrEqual(30)
})
