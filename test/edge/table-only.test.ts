// A bundle without a network in real workerd: it ranks as in Node, and says why it has none.
import { readdirSync, readFileSync } from 'node:fs'
import type { Served } from '@disranker/edge/serve'
import { loadReranker } from '@disranker/reranker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveExample } from './served-example.ts'

/** of random rows, from the reranker's own tests */
const FOLDER = new URL('../../packages/reranker/src/fixtures/table-bundle/', import.meta.url)
const bundle = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, new Uint8Array(readFileSync(new URL(name, FOLDER)))]),
)
const query = 'a lock in a file'
const documents = ['the file has a lock', 'nothing', 'Locks of a thread', 'buffer', 'a path to the file']
let served: Served
beforeAll(async () => {
  served = await serveExample({ files: bundle })
}, 60_000)
afterAll(() => served.close())

it('ranks as the package does in Node, with the same scores', async () => {
  const answer = await fetch(`${served.url}/v2/rerank`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'disranker', query, documents }),
  })
  const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
  const reranker = await loadReranker(bundle)
  const ranked = await reranker.rank(query, documents)
  expect(results.map(({ index }) => index)).toEqual(ranked.results.map(({ index }) => index))
  for (const [at, { score }] of ranked.results.entries())
    expect(results[at]!.relevance_score).toBeCloseTo(reranker.relevance(score), 6)
  await reranker.dispose()
})

it('is ready, and says why it has no network', async () => {
  const ready = await fetch(`${served.url}/ready`)
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'ready', network_left_out: 'it adds nothing' },
  ])
})
