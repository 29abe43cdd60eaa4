#!/usr/bin/env node
// `disranker-mcp <bundle>`: the tool `rerank` for programs that speak the Model Context Protocol over standard input and output. The bundle
// is a path, an address, npm:<package> or <owner>/<name> of a hub.
import { loadReranker } from './load-reranker.ts'

async function main(from: string | undefined): Promise<void> {
  if (from === undefined)
    throw new Error('No bundle is named. Wanted: disranker-mcp <path, address, npm:package or owner/name>.')
  const { serveStdio } = await import('@modelcontextprotocol/server/stdio').catch((cause: unknown) => {
    throw new Error(
      '@modelcontextprotocol/server is not installed. Run "npm install @modelcontextprotocol/server".',
      {
        cause,
      },
    )
  })
  const { mcpServer } = await import('./adapters/mcp.ts')
  const reranker = await loadReranker(from)
  serveStdio(() => mcpServer(reranker))
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(`disranker-mcp: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
