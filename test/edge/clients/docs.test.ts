// The programs of the docs page clients.md, run as they stand against the Worker; and the figures of docs/ that code knows better.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_LIMITS } from '@disranker/edge'
import type { Served } from '@disranker/edge/serve'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keysOf, serveExample } from '../served/served-example.ts'

const docs = fileURLToPath(new URL('../../../apps/docs/pages/', import.meta.url))
const read = (name: string) => readFileSync(join(docs, name), 'utf8')
const programs = [...read('clients.md').matchAll(/^## (.+)\n[^#]*?```ts\n([\s\S]*?)```/gm)].map(
  ([, title, code]) => ({ title: title!, code: code! }),
)
let server: Served
// in the folder of the tests, so that the clients' packages are found
const home = mkdtempSync(fileURLToPath(new URL('../../.clients-', import.meta.url)))

beforeAll(async () => {
  server = await serveExample({ variables: { RERANK_KEYS: keysOf('a-key') } })
})
afterAll(async () => {
  rmSync(home, { recursive: true, force: true })
  await server?.close()
})

describe('clients.md', () => {
  it('has a program for every client', () => expect(programs).toHaveLength(8))

  it.each(programs)('$title', async ({ title, code }) => {
    const file = join(home, `${title.replace(/\W+/g, '-')}.ts`)
    writeFileSync(file, code)
    const env = { ...process.env, RERANK_URL: server.url, RERANK_KEY: 'a-key' }
    const run = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env })
    let [out, bad] = ['', '']
    run.stdout.on('data', (text) => {
      out += text
    })
    run.stderr.on('data', (text) => {
      bad += text
    })
    const [code_] = await once(run, 'close')
    expect([code_, bad]).toEqual([0, ''])
    // a result of some API, not an error told politely
    expect(out).toMatch(/relevance_?score|score:|originalIndex|summary/i)
    expect(out).not.toMatch(/message|detail|error/)
  })
})

describe('docs/operate.md', () => {
  it.each([
    ['MAX_BODY_BYTES', DEFAULT_LIMITS.bodyBytes],
    ['MAX_BODIES_BYTES', DEFAULT_LIMITS.bodiesBytes],
    ['MAX_DOCUMENTS', DEFAULT_LIMITS.documents],
    ['MAX_QUERY_CHARACTERS', DEFAULT_LIMITS.queryCharacters],
    ['CPU_BUDGET_MS', DEFAULT_LIMITS.cpuMilliseconds],
    ['MAX_TOKENS', DEFAULT_LIMITS.tokens],
    ['MAX_TOKENS_PER_DOCUMENT', DEFAULT_LIMITS.documentTokens],
    ['MAX_QUEUE_TOKENS', DEFAULT_LIMITS.queueTokens],
    ['REQUEST_TIMEOUT_MS', DEFAULT_LIMITS.timeout],
    ['SCORE_CACHE_BYTES', DEFAULT_LIMITS.scoreCacheBytes],
    ['ANSWER_CACHE_SECONDS', DEFAULT_LIMITS.answerCacheSeconds],
    ['ANSWER_CACHE_BYTES', DEFAULT_LIMITS.answerCacheBytes],
  ])('tells the default of %s', (name, value) => {
    const row = new RegExp(`^\\| \`${name}\` +\\| ([\\d,]+) `, 'm').exec(read('operate.md'))
    expect(Number(row?.[1]?.replaceAll(',', ''))).toBe(value)
  })
})
