// Chooses the engines of a Worker: onnxruntime's 14 MB are left out if no model needs them.
import { fileURLToPath } from 'node:url'
import { loadReranker } from '@disranker/reranker'
import { assetsAndBucket } from '../../src/models/assets-and-bucket.ts'
import { readBundle } from '../../src/models/model-source.ts'
import { folderAssets } from '../../src/node/folder-assets.ts'

const config = fileURLToPath(new URL('../../wrangler.jsonc', import.meta.url))

/**
 * The Worker's entry: with the fused encoder alone if it supports every model and no bucket can add others.
 * @param dist made by bundle.ts
 * @param env of wrangler.jsonc
 */
export async function entryFor(dist: string, env: string | undefined): Promise<string> {
  const { unstable_readConfig: readConfig } = await import('wrangler')
  const { r2_buckets: buckets }: { r2_buckets: readonly { binding: string }[] } = readConfig({
    config,
    ...(env && { env }),
  })
  const alone = !buckets.some(({ binding }) => binding === 'MODELS') && (await fusedComputesAll(dist))
  return alone ? 'src/worker-fused.ts' : 'src/worker.ts'
}

/** Whether the fused encoder supports every model of a folder. */
async function fusedComputesAll(dist: string): Promise<boolean> {
  const source = assetsAndBucket(folderAssets(dist))
  for (const model of await source.index()) {
    try {
      const reranker = await loadReranker(await readBundle(source, model), { engine: 'fused' })
      await reranker.dispose()
    } catch {
      return false
    }
  }
  return true
}
