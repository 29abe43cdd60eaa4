// The programs of the docs page clients.md, run as they stand against the Worker; and the figures of docs/ that code knows better.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_LIMITS } from '@disranker/edge'
import type { Served } from '@disranker/edge/serve'
import { openImpression } from '@disranker/experiments'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NodeProcess, startNode } from '../served/node-process.ts'
import { exampleFolder, keysOf, serveExample } from '../served/served-example.ts'

const SECRET = 'a secret that is long enough'

const docs = fileURLToPath(new URL('../../../apps/docs/pages/', import.meta.url))
const read = (name: string) => readFileSync(join(docs, name), 'utf8')
const programsBelow = (heading: '##' | '###') =>
  [
    ...read('clients.md').matchAll(
      new RegExp(`^${heading} (.+)\\n[^#]*?\`\`\`ts\\n([\\s\\S]*?)\`\`\``, 'gm'),
    ),
  ].map(([, title, code]) => ({ title: title!, code: code! }))
const programs = programsBelow('##')
const recorded = programsBelow('###')
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
    const out = await output(title, code, server.url)
    // a result of some API, not an error told politely
    expect(out).toMatch(/relevance_?score|score:|originalIndex|summary/i)
    expect(out).not.toMatch(/message|detail|error/)
  })
})

describe('clients.md, with a query id', () => {
  const records = mkdtempSync(join(tmpdir(), 'clients-'))
  let example: Awaited<ReturnType<typeof exampleFolder>>
  let recording: NodeProcess

  beforeAll(async () => {
    example = await exampleFolder()
    const variables = { RECORD_FOLDER: records, RECORD_SECRETS: SECRET, RERANK_KEYS: keysOf('a-key') }
    recording = await startNode({ folder: example.dist, variables })
  })
  afterAll(async () => {
    await recording?.close()
    example?.remove()
    rmSync(records, { recursive: true, force: true })
  })
  const rows = (table: string) =>
    readdirSync(join(records, table)).flatMap((name) =>
      readFileSync(join(records, table, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    )

  it('has a program for every client that can send a header', () => expect(recorded).toHaveLength(6))

  it.each(recorded)('$title', async ({ title, code }) => {
    const out = await output(`recorded-${title}`, code, recording.url)
    const [, queryId, token] = /query_id: '([\w-]+)',\s+impression:\s+'([\w-]+)'/.exec(out) ?? []
    await expect
      .poll(() => (existsSync(join(records, 'ubi_queries')) ? rows('ubi_queries') : []))
      .toContainEqual(expect.objectContaining({ query_id: queryId }))
    const search = rows('ubi_queries').find(({ query_id }) => query_id === queryId)
    expect(search.query_response_object_ids.toSorted()).toEqual(['d3', 'd7'])
    const options = { secrets: [SECRET], now: Date.now(), window: 60_000 }
    expect(openImpression(token!, queryId!, options)('d7')).toMatchObject({ credited: true })
  })

  it('has recorded the click', () => {
    expect(rows('ubi_events')).toEqual([expect.objectContaining({ action_name: 'click' })])
  })
})

async function output(title: string, code: string, url: string): Promise<string> {
  const file = join(home, `${title.replace(/\W+/g, '-')}.ts`)
  writeFileSync(file, code)
  const env = { ...process.env, RERANK_URL: url, RERANK_KEY: 'a-key' }
  const run = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env })
  let [out, bad] = ['', '']
  run.stdout.on('data', (text) => {
    out += text
  })
  run.stderr.on('data', (text) => {
    bad += text
  })
  const [status] = await once(run, 'close')
  expect([status, bad]).toEqual([0, ''])
  return out
}

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
