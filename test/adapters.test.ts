// The reranker inside the libraries that people build with, in this process: each gives the order and the scores of `rank`.

import { loadReranker, type Reranker } from '@disranker/reranker'
import { rerankingModel } from '@disranker/reranker/ai-sdk'
import { documentCompressor } from '@disranker/reranker/langchain'
import { nodePostprocessor } from '@disranker/reranker/llamaindex'
import { Document } from '@langchain/core/documents'
import { BaseDocumentCompressor } from '@langchain/core/retrievers/document_compressors'
import type { BaseNodePostprocessor } from '@llamaindex/core/postprocessor'
import { TextNode } from '@llamaindex/core/schema'
import { rerank } from 'ai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from './edge/example-texts.ts'
import { randomBundle } from './edge/served-example.ts'

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
