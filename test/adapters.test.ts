// The reranker inside the libraries that people build with, in this process: each gives the order and the scores of `rank`.

import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadReranker, type Reranker } from '@disranker/reranker'
import { rerankingModel } from '@disranker/reranker/ai-sdk'
import { rerankAnswers as rerankExpress } from '@disranker/reranker/express'
import { rerankAnswers as rerankHono } from '@disranker/reranker/hono'
import { documentCompressor } from '@disranker/reranker/langchain'
import { nodePostprocessor } from '@disranker/reranker/llamaindex'
import { relevanceScorer } from '@disranker/reranker/mastra'
import { mcpServer } from '@disranker/reranker/mcp'
import { Document } from '@langchain/core/documents'
import { BaseDocumentCompressor } from '@langchain/core/retrievers/document_compressors'
import type { BaseNodePostprocessor } from '@llamaindex/core/postprocessor'
import { TextNode } from '@llamaindex/core/schema'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { rerank } from 'ai'
import express from 'express'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from './edge/served/example-texts.ts'
import { randomBundle } from './edge/served/served-example.ts'

const query = EXAMPLE.queries[0]!.text
const texts = EXAMPLE.documents.slice(0, 8).map(({ summary }) => summary)
let reranker: Reranker
let order: number[]
let scores: number[]

beforeAll(async () => {
  reranker = await loadReranker(randomBundle())
  const { results } = await reranker.rank(query, texts)
  order = results.map(({ index }) => index)
  scores = results.map(({ score }) => reranker.relevance(score))
})
afterAll(() => reranker?.dispose())

it('is a model of the AI SDK', async () => {
  const { ranking, rerankedDocuments } = await rerank({
    model: rerankingModel(reranker),
    query,
    documents: texts,
    topN: 3,
  })
  expect(ranking.map(({ originalIndex }) => originalIndex)).toEqual(order.slice(0, 3))
  expect(ranking.map(({ score }) => score)).toEqual(scores.slice(0, 3))
  expect(rerankedDocuments).toEqual(order.slice(0, 3).map((index) => texts[index]))
  const stopped = rerank({
    model: rerankingModel(reranker),
    query,
    documents: texts,
    abortSignal: AbortSignal.abort(),
  })
  await expect(stopped).rejects.toThrow()
})

it('is a document compressor of LangChain', async () => {
  const compressor: BaseDocumentCompressor = documentCompressor(reranker, { topN: 4 })
  expect(BaseDocumentCompressor.isBaseDocumentCompressor(compressor)).toBe(true)
  const documents = texts.map((pageContent, id) => new Document({ pageContent, metadata: { id } }))
  const found = await compressor.compressDocuments(documents, query)
  expect(found.map(({ metadata }) => metadata.id)).toEqual(order.slice(0, 4))
  expect(found.map(({ metadata }) => metadata.relevanceScore)).toEqual(scores.slice(0, 4))
  // what came in is left as it was
  expect(documents[order[0]!]!.metadata).toEqual({ id: order[0] })
})

it('is a node postprocessor of LlamaIndex', async () => {
  const postprocessor: BaseNodePostprocessor = nodePostprocessor(reranker, { topN: 2 })
  const nodes = texts.map((text) => ({ node: new TextNode({ text }) }))
  const found = await postprocessor.postprocessNodes(nodes, query)
  expect(found.map(({ node }) => node)).toEqual(order.slice(0, 2).map((index) => nodes[index]!.node))
  expect(found.map(({ score }) => score)).toEqual(scores.slice(0, 2))
  const parts = await postprocessor.postprocessNodes(nodes, [{ type: 'text', text: query }])
  expect(parts.map(({ score }) => score)).toEqual(scores.slice(0, 2))
  expect(await postprocessor.postprocessNodes(nodes)).toHaveLength(8)
})

it('is a relevance scorer of Mastra, which asks about all documents at once', async () => {
  const scorer = relevanceScorer(reranker)
  const given = await Promise.all(texts.map((text) => scorer.getRelevanceScore(query, text)))
  expect(order.map((index) => given[index])).toEqual(scores)
  // another query of the same moment is another ranking
  const [one, other] = await Promise.all([
    scorer.getRelevanceScore(query, texts[0]!),
    scorer.getRelevanceScore('something else', texts[0]!),
  ])
  const alone = await reranker.score('something else', [texts[0]!])
  expect([one, other]).toEqual([given[0], reranker.relevance(alone[0]!)])
})

/** what a search behind the middleware answers */
const found = { total: 8, hits: texts.map((summary, id) => ({ id, summary })) }
const reordered = () => ({ total: 8, hits: order.slice(0, 5).map((index) => found.hits[index]) })

it('is a middleware of hono', async () => {
  const app = new Hono()
  app.use('/search', rerankHono(reranker, { list: 'hits', topN: 5 }))
  app.get('/search', (context) => context.json(found, 200, { 'x-engine': 'mine' }))
  const asked = `/search?q=${encodeURIComponent(query)}`
  const response = await app.request(asked)
  expect(await response.json()).toEqual(reordered())
  expect([response.status, response.headers.get('x-engine')]).toEqual([200, 'mine'])
  expect(await (await app.request('/search')).json()).toEqual(found)
})

it('is a middleware of Express', async () => {
  const app = express()
  app.use('/search', rerankExpress(reranker, { list: 'hits', topN: 5 }))
  app.get('/search', (_, response) => {
    response.json(found)
  })
  app.get('/search/wrong', (_, response) => {
    response.status(400).json(found)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const asked = `?q=${encodeURIComponent(query)}`
  const answers = await Promise.all(
    [`/search${asked}`, '/search', `/search/wrong${asked}`].map(async (path) =>
      (await fetch(address + path)).json(),
    ),
  )
  server.close()
  expect(answers).toEqual([reordered(), found, found])
})

it('is a tool of the Model Context Protocol', async () => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await mcpServer(reranker).connect(ours)
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(theirs)
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(['rerank'])
  const call = (given: Record<string, unknown>) => client.callTool({ name: 'rerank', arguments: given })
  const { structuredContent, isError } = await call({ query, documents: texts, top_n: 3 })
  expect(isError).toBeFalsy()
  expect(structuredContent).toEqual({
    results: order.slice(0, 3).map((index, at) => ({ index, score: scores[at] })),
  })
  // arguments are checked before anything is computed
  expect((await call({ query: '', documents: [] })).isError).toBe(true)
  await client.close()
})

it('is a tool over standard input and output: disranker-mcp', { timeout: 60_000 }, async () => {
  const bundle = mkdtempSync(join(tmpdir(), 'mcp-bundle-'))
  for (const [name, bytes] of Object.entries(randomBundle())) writeFileSync(join(bundle, name), bytes)
  const program = fileURLToPath(new URL('../packages/reranker/src/mcp-cli.ts', import.meta.url))
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, bundle],
    stderr: 'pipe',
  })
  const client = new Client({ name: 'test', version: '1' })
  try {
    await client.connect(transport)
    const { structuredContent } = await client.callTool({
      name: 'rerank',
      arguments: { query, documents: texts },
    })
    expect(structuredContent).toEqual({
      results: order.map((index, at) => ({ index, score: scores[at] })),
    })
  } finally {
    await client.close()
    rmSync(bundle, { recursive: true, force: true })
  }
})
