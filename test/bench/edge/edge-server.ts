// The benchmark's Worker (edge-worker.ts) in workerd, as functions of its routes.
import { fileURLToPath } from 'node:url'
import { quietDev } from '@disranker/edge/wrangler'

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false'
process.env.WRANGLER_SEND_METRICS ??= 'false'

export interface BenchServer {
  /** One part of a cold start: nothing, read, verify or load. */
  step(name: string): Promise<void>
  send(
    query: string,
    documents: readonly unknown[],
  ): Promise<{ tokens: number; heap: number; engine: string }>
  close(): Promise<void>
}

/** @param assets folder with the files of a bundle */
export async function serveBench(assets: string, variables: Record<string, string>): Promise<BenchServer> {
  const { unstable_startWorker } = await import('wrangler')
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL('edge.wrangler.jsonc', import.meta.url)),
    assets,
    envFiles: ['.env.none'],
    bindings: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, { type: 'plain_text' as const, value }]),
    ),
    dev: quietDev(false),
  })
  await worker.ready
  const { origin } = await worker.url
  return {
    async step(name) {
      const answer = await fetch(`${origin}/${name}`)
      if (!answer.ok)
        throw new Error(`The benchmark's Worker answered ${answer.status}: ${await answer.text()}`)
    },
    async send(query, documents) {
      const answer = await fetch(origin, { method: 'POST', body: JSON.stringify({ query, documents }) })
      if (!answer.ok)
        throw new Error(`The benchmark's Worker answered ${answer.status}: ${await answer.text()}`)
      return (await answer.json()) as { tokens: number; heap: number; engine: string }
    },
    close: () => worker.dispose(),
  }
}
