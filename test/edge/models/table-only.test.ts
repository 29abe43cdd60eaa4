// A bundle without a network in real workerd: it ranks as in Node, and says why it has none. With a sentence encoder, too, whose documents
// were published with their words.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Served } from '@disranker/edge/serve'
import { writeBundle } from '@disranker/onnx'
import { withVectors } from '@disranker/onnx/vectors/vector-bundle'
import { loadReranker } from '@disranker/reranker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveExample } from '../served/served-example.ts'
import { tableBundle } from '../served/table-bundle.ts'
import { publish, tinyEncoder } from '../served/tiny-encoder.ts'

const bundle = tableBundle()
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

it('ranks documents that were published with vectors by the words that lie with them', async () => {
  const home = mkdtempSync(join(tmpdir(), 'table-only-'))
  const weights = { vector: 20, lexical: 0.5, wide: 3 }
  const relevance = { slope: 1, offset: 0 }
  const files = withVectors(bundle, await tinyEncoder(home), { weights, relevance })
  writeBundle(join(home, 'bundle'), files)
  const named = documents.map((text, at) => ({ id: `d${at}`, text }))
  publish(home, named, '--vectors', join(home, 'bundle'))
  const form = (await loadReranker(files)).vectors!
  const server = await serveExample({ documents: { kind: 'kv', folder: home }, files })
  try {
    const ids = named.map(({ id }) => ({ id }))
    const body = JSON.stringify({ model: 'disranker', query, documents: ids, raw_scores: true })
    const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
    const { results } = (await answer.json()) as { results: { index: number; relevance_score: number }[] }
    expect(answer.headers.get('x-disranker-warnings')).toBeNull()
    const open = form.open(query)
    for (const { index, relevance_score } of results) {
      const [document, vector] = [documents[index]!, form.embed(documents[index]!)]
      expect(relevance_score).toBeCloseTo(open.score(document, vector), 4)
      // the words that are stored decide, whatever text comes with them
      expect(open.score('', vector, form.read(document))).toBeCloseTo(relevance_score, 4)
      expect(Math.abs(open.score('', vector) - relevance_score)).toBeGreaterThan(0.01)
    }
    expect(results).toHaveLength(documents.length)
  } finally {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}, 60_000)
