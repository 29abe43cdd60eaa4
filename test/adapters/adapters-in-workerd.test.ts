// The adapters inside the isolate of a Worker: the real libraries, the order and the scores that the reranker gives there alone, which
// are those of Node.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadReranker } from '@disranker/reranker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bare, buildWorker, serveBare } from '../edge/served/bare-workerd.ts'
import { EXAMPLE } from '../edge/served/example-texts.ts'
import { randomBundle } from '../edge/served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 8).map(({ summary }) => summary)
const dist = mkdtempSync(join(tmpdir(), 'adapters-'))
let server: Bare
let answer: { readonly engine: string; readonly rankings: Record<string, [number, number?][]> }

beforeAll(async () => {
  for (const [name, bytes] of Object.entries(randomBundle())) writeFileSync(join(dist, name), bytes)
  const config = fileURLToPath(new URL('wrangler.jsonc', import.meta.url))
  server = await serveBare({ dist, worker: buildWorker(dist, '--config', config) })
  const response = await fetch(server.url, { method: 'POST', body: JSON.stringify({ query, texts }) })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  answer = JSON.parse(text)
}, 120_000)
afterAll(async () => {
  await server?.close()
  rmSync(dist, { recursive: true })
})

it('the reranker ranks there as in Node', async () => {
  const reranker = await loadReranker(randomBundle())
  const { results } = await reranker.rank(query, texts)
  const here = results.map(({ index, score }) => [index, reranker.relevance(score)])
  expect([answer.engine, answer.rankings.alone]).toEqual([reranker.engine, here])
  await reranker.dispose()
})

it.each(['ai-sdk', 'langchain', 'llamaindex', 'mastra', 'mcp'])('%s gives its order and scores', (name) => {
  expect(answer.rankings[name]).toEqual(answer.rankings.alone)
})

it('hono gives its order', () => {
  expect(answer.rankings.hono).toEqual(answer.rankings.alone!.map(([index]) => [index]))
})
