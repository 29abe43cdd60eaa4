// A user's Worker with these libraries: the reranker runs in the isolate, each library calls it in its own
// way.

import exact from '@disranker/fused-encoder/exact.wasm'
import relaxed from '@disranker/fused-encoder/relaxed.wasm'
import { BUNDLE_FILES, loadReranker, type Reranker } from '@disranker/reranker'
import { rerankingModel } from '@disranker/reranker/ai-sdk'
import { rerankAnswers } from '@disranker/reranker/hono'
import { documentCompressor } from '@disranker/reranker/langchain'
import { nodePostprocessor } from '@disranker/reranker/llamaindex'
import { relevanceScorer } from '@disranker/reranker/mastra'
import { mcpServer } from '@disranker/reranker/mcp'
import { Document } from '@langchain/core/documents'
import { type NodeWithScore, TextNode } from '@llamaindex/core/schema'
import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/server'
import { rerank } from 'ai'
import { Hono } from 'hono'

interface Env {
  readonly ASSETS: { fetch(url: string): Promise<Response> }
}
interface Asked {
  readonly query: string
  readonly texts: readonly string[]
}
/** indices of the texts, best first, and their scores if the library returns them */
type Ranking = readonly (readonly [index: number, score?: number])[]

const asks: Readonly<Record<string, (reranker: Reranker, asked: Asked) => Promise<Ranking>>> = {
  async alone(reranker, { query, texts }) {
    const { results } = await reranker.rank(query, texts)
    return results.map(({ index, score }) => [index, reranker.relevance(score)])
  },
  async 'ai-sdk'(reranker, { query, texts }) {
    const { ranking } = await rerank({ model: rerankingModel(reranker), query, documents: [...texts] })
    return ranking.map(({ originalIndex, score }) => [originalIndex, score])
  },
  async langchain(reranker, { query, texts }) {
    const documents = texts.map(
      (pageContent, id) => new Document({ pageContent, metadata: { id } as Record<string, unknown> }),
    )
    const found = await documentCompressor(reranker).compressDocuments(documents, query)
    return found.map(({ metadata }: Document) => [metadata.id, metadata.relevanceScore])
  },
  async llamaindex(reranker, { query, texts }) {
    const nodes = texts.map((text, id) => ({ node: new TextNode({ text, metadata: { id } }) }))
    const found = await nodePostprocessor(reranker).postprocessNodes(nodes, query)
    return found.map(({ node, score }: NodeWithScore) => [Number(node.metadata.id), score ?? Number.NaN])
  },
  async mastra(reranker, { query, texts }) {
    const scorer = relevanceScorer(reranker)
    const scores = await Promise.all(texts.map((text) => scorer.getRelevanceScore(query, text)))
    return scores.map((score, index) => [index, score] as const).toSorted((a, b) => b[1] - a[1])
  },
  async mcp(reranker, { query, texts }) {
    const [here, there] = InMemoryTransport.createLinkedPair()
    const client = new Client({ name: 'test', version: '1' })
    await Promise.all([mcpServer(reranker).connect(there), client.connect(here)])
    const { structuredContent } = await client.callTool({
      name: 'rerank',
      arguments: { query, documents: texts },
    })
    const { results } = structuredContent as { results: { index: number; score: number }[] }
    return results.map(({ index, score }) => [index, score])
  },
  async hono(reranker, { query, texts }) {
    const app = new Hono()
    app.use('/search', rerankAnswers(reranker, { list: 'hits' }))
    app.get('/search', (context) => context.json({ hits: texts.map((summary, id) => ({ id, summary })) }))
    const answer = await app.request(`/search?q=${encodeURIComponent(query)}`)
    const { hits } = (await answer.json()) as { hits: { id: number }[] }
    return hits.map(({ id }) => [id])
  },
}

let loaded: Promise<Reranker> | undefined
async function load({ ASSETS }: Env): Promise<Reranker> {
  const parts = [...BUNDLE_FILES, 'manifest.json'].map(async (name) => {
    const answer = await ASSETS.fetch(`http://assets/${name}`)
    return [name, new Uint8Array(await answer.arrayBuffer())] as const
  })
  return loadReranker(Object.fromEntries(await Promise.all(parts)), { fused: { exact, relaxed } })
}

export default {
  /** @returns results by adapter */
  async fetch(request: Request, env: Env): Promise<Response> {
    loaded ??= load(env)
    const reranker = await loaded
    const asked = (await request.json()) as Asked
    const rankings: [string, Ranking][] = []
    for (const [name, ask] of Object.entries(asks)) rankings.push([name, await ask(reranker, asked)])
    return Response.json({ engine: reranker.engine, rankings: Object.fromEntries(rankings) })
  },
}
