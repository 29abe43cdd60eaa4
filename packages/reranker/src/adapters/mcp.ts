// A reranker as a server of the Model Context Protocol, with one tool: `rerank`. `disranker-mcp <bundle>`
// serves it over standard input and output; in your own program: serveStdio(() => mcpServer(reranker)), from
// @modelcontextprotocol/server/stdio.
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server'
import type { Reranker } from '../reranker.ts'

export interface McpServerOptions {
  /** the name of the server; "disranker" by default */
  readonly name?: string
  /** maximal documents of a call; 1,000 by default */
  readonly maxDocuments?: number
}

interface RerankArguments {
  readonly query: string
  readonly documents: readonly string[]
  readonly top_n?: number
}

const score = { type: 'number', description: 'relevance, from 0 to 1' } as const
const outputSchema = fromJsonSchema({
  type: 'object',
  properties: {
    results: {
      type: 'array',
      items: {
        type: 'object',
        properties: { index: { type: 'integer', description: 'position in documents, from 0' }, score },
        required: ['index', 'score'],
      },
    },
  },
  required: ['results'],
})

/** @returns an McpServer that is not connected yet */
export function mcpServer(
  reranker: Reranker,
  { name = 'disranker', maxDocuments = 1000 }: McpServerOptions = {},
): McpServer {
  const server = new McpServer({ name, version: '1' })
  const inputSchema = fromJsonSchema<RerankArguments>({
    type: 'object',
    properties: {
      query: {
        type: 'string',
        minLength: 1,
        maxLength: 8192,
        description: 'the query to rank the documents by',
      },
      documents: {
        type: 'array',
        items: { type: 'string', minLength: 1 },
        minItems: 1,
        maxItems: maxDocuments,
        description: 'texts to rank',
      },
      top_n: { type: 'integer', minimum: 1, description: 'results to give back; all by default' },
    },
    required: ['query', 'documents'],
    additionalProperties: false,
  })
  server.registerTool(
    'rerank',
    {
      title: 'Rerank documents',
      description:
        'Orders documents by their relevance to a query, best first. Gives the position of each document and its relevance from 0 to 1.',
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    async ({ query, documents, top_n: topN }, context) => {
      const { results } = await reranker.rank(query, documents, { topN, signal: context.mcpReq.signal })
      const answer = {
        results: results.map(({ index, score: logit }) => ({ index, score: reranker.relevance(logit) })),
      }
      return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: answer }
    },
  )
  return server
}
