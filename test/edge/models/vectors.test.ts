// The form `vectors` in workerd: documents with published vectors are ranked by the query's vector, all other requests by the network, and
// the answer says which. A bundle of random weights with a random sentence encoder next to it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Served } from '@disranker/edge/serve'
import { writeBundle } from '@disranker/onnx'
import { withVectors } from '@disranker/onnx/vectors/vector-bundle'
import { loadReranker, type Reranker } from '@disranker/reranker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { randomBundle, serveExample } from '../served/served-example.ts'
import { publish, tinyEncoder } from '../served/tiny-encoder.ts'

const home = mkdtempSync(join(tmpdir(), 'vectors-'))
const query = EXAMPLE.queries[0]!.text
const documents = EXAMPLE.documents.slice(0, 12).map(({ id, title, summary }) => ({ id, title, summary }))
const ids = documents.map(({ id }) => ({ id }))
const texts = documents.map(({ title, summary }) => ({ title, summary }))
const model = 'disranker'
const UNFITTED = { slope: 1, offset: 0 }

let reranker: Reranker
let server: Served
beforeAll(async () => {
  const encoder = await tinyEncoder(home)
  const weights = { vector: 20, lexical: 0.5, wide: 0 }
  const files = withVectors(randomBundle(), encoder, { weights, relevance: { slope: 2, offset: -30 } })
  writeBundle(join(home, 'bundle'), files)
  const prefixes = { query: '', document: 'passage: ' }
  const reads = { ...encoder, config: { ...encoder.config, prefixes } }
  writeBundle(join(home, 'other'), withVectors(randomBundle(), reads, { weights, relevance: UNFITTED }))
  reranker = await loadReranker(files)
  // the last two have no vector
  publish(home, documents.slice(0, 10), '--vectors', join(home, 'bundle'))
  publish(home, documents.slice(10))
  const twins = documents.slice(0, 2).map((one, at) => ({ ...one, id: `x${at}` }))
  publish(home, twins, '--vectors', join(home, 'other'))
  const variables = { MAX_ENCODED_DOCUMENTS: '1', REFRESH_SECONDS: '1' }
  server = await serveExample({ documents: { kind: 'kv', folder: home }, files, variables })
}, 120_000)
afterAll(async () => {
  await server?.close()
  await reranker?.dispose()
  rmSync(home, { recursive: true, force: true })
})

async function rerank(some: readonly object[], more: object = {}) {
  const body = JSON.stringify({ model, query, documents: some, raw_scores: true, ...more })
  const answer = await fetch(`${server.url}/v2/rerank`, { method: 'POST', body })
  const { results, meta } = (await answer.json()) as {
    results: { index: number; relevance_score: number }[]
    meta: { warnings?: string[]; tokens: { input_tokens: number } }
  }
  return {
    status: answer.status,
    scores: new Map(results.map((one) => [one.index, one.relevance_score])),
    order: results.map(({ index }) => index),
    tokens: meta.tokens.input_tokens,
    warned: answer.headers.get('x-disranker-warnings'),
    warnings: meta.warnings,
  }
}

/** What the bundle itself gives documents with the vectors that it makes of them. */
function byVectors(some: readonly (typeof texts)[number][]): number[] {
  const open = reranker.vectors!.open(query)
  return some.map((document) => open.score(document, reranker.vectors!.embed(document)))
}

it('ranks documents that were published with vectors by those, and reads the query alone', async () => {
  const { status, scores, order, tokens, warned } = await rerank(ids.slice(0, 10))
  expect([status, warned]).toEqual([200, null])
  const wanted = byVectors(texts.slice(0, 10))
  for (const [index, score] of wanted.entries()) expect(scores.get(index)).toBeCloseTo(score, 4)
  expect(new Set(wanted).size).toBeGreaterThan(5)
  expect(order.map((index) => scores.get(index))).toEqual([...scores.values()].sort((a, b) => b - a))
  expect(tokens).toBe(reranker.vectors!.open(query).tokens)
  // a relevance is that of this form
  const { scores: relevant } = await rerank(ids.slice(0, 10), { raw_scores: false, top_n: 1 })
  expect([...relevant.values()][0]).toBeCloseTo(reranker.vectors!.relevance(Math.max(...wanted)), 4)
})

it('ranks texts by the network as a bundle without an encoder does, and says so', async () => {
  const { scores, warned, warnings } = await rerank(texts)
  const network = await loadReranker(randomBundle())
  const wanted = await network.score(query, texts)
  await network.dispose()
  for (const [index, score] of wanted.entries()) expect(scores.get(index)).toBeCloseTo(score, 4)
  expect(warned).toMatch(
    /^Ranked from texts, without vectors: 12 of 12 documents have none \(publish documents/,
  )
  expect(warnings).toEqual([warned])
})

it('makes as many vectors as the server allows, and else takes none', async () => {
  const { scores, warned } = await rerank(ids.slice(0, 11))
  expect(warned).toBeNull()
  for (const [index, score] of byVectors(texts.slice(0, 11)).entries())
    expect(scores.get(index)).toBeCloseTo(score, 4)
  const sent = await rerank([...ids.slice(0, 10), texts[11]!])
  expect(sent.warned).toBeNull()
  expect(sent.scores.get(10)).toBeCloseTo(byVectors([texts[11]!])[0]!, 4)
  const two = await rerank(ids)
  expect(two.warned).toMatch(/without vectors: 2 of 12 documents have none/)
  const { scores: byText } = await rerank(texts)
  expect(two.scores).toEqual(byText)
})

it('tells vectors of another encoder from its own', async () => {
  const { warned } = await rerank([ids[0]!, { id: 'x0' }, { id: 'x1' }])
  expect(warned).toMatch(
    /2 of 3 documents have none \(the vector of documents\[1\] is of another encoder; publish/,
  )
  // vectors have no words to show
  expect((await rerank(ids.slice(0, 3), { explain: true })).warned).toMatch(
    /^The field "explain" was not used: the vectors/,
  )
  // pieces of a document have no vector
  expect((await rerank(ids.slice(0, 3), { long_documents: 'chunk' })).warned).toMatch(
    /the request wants pieces/,
  )
})
