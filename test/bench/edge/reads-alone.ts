// The cost of the local simulator of a store: a Worker that only reads documents. No form of the server can
// answer a request by ids sooner.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { STORES, type StoreKind } from '@disranker/edge/document-writer'
import { quietDev } from '@disranker/edge/wrangler'
import { unstable_startWorker } from 'wrangler'

export interface StoreReader {
  /** @throws {Error} one of them is not there */
  read(ids: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** @param store the folder of its local copy, and its id or name */
export async function openReader(
  kind: StoreKind,
  { folder, name }: { readonly folder: string; readonly name: string },
): Promise<StoreReader> {
  const home = mkdtempSync(join(tmpdir(), 'bench-reads-'))
  const config = join(home, 'wrangler.json')
  const main = fileURLToPath(new URL('reading-worker.ts', import.meta.url))
  writeFileSync(config, JSON.stringify({ name: 'reads-alone', main, compatibility_date: '2026-11-01' }))
  const worker = await unstable_startWorker({
    config,
    envFiles: ['.env.none'],
    bindings: { DOCUMENTS: STORES[kind](name) },
    dev: quietDev(folder),
  })
  await worker.ready
  const { origin } = await worker.url
  return {
    async read(ids) {
      const answer = await fetch(origin, { method: 'POST', body: JSON.stringify(ids) })
      const { found } = (await answer.json()) as { found: number }
      if (found !== ids.length) throw new Error(`${found} of ${ids.length} documents were read.`)
    },
    close: () => worker.dispose().finally(() => rmSync(home, { recursive: true, force: true })),
  }
}
