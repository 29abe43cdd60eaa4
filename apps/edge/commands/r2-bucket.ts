// An R2 bucket through its binding, as a Worker sees it: the binding writes on condition, which `wrangler r2` does not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getPlatformProxy } from 'wrangler'
import type { IndexStore } from './models-index.ts'
import { home, OFFLINE } from './wrangler.ts'

export interface Where {
  readonly bucket: string
  /** in this machine's own copy of the bucket */
  readonly local: boolean
  /** folder of that copy; by default that of `wrangler dev` in apps/edge */
  readonly persistTo?: string | undefined
}

/** The part of the binding that is used. */
interface Binding {
  get(key: string): Promise<{ readonly etag: string; text(): Promise<string> } | null>
  put(key: string, value: string, options: { readonly onlyIf: object }): Promise<object | null>
}

/**
 * @param use works with a file of the bucket
 * @throws {Error} the bucket cannot be reached
 */
export async function withObject<Result>(
  { bucket, local, persistTo = join(home, '.wrangler', 'state') }: Where,
  key: string,
  use: (object: IndexStore) => Promise<Result>,
): Promise<Result> {
  Object.assign(process.env, { ...OFFLINE, ...process.env })
  const folder = mkdtempSync(join(tmpdir(), 'publish-'))
  const configPath = join(folder, 'wrangler.json')
  const bound = { binding: 'MODELS', bucket_name: bucket, ...(!local && { remote: true }) }
  writeFileSync(
    configPath,
    JSON.stringify({ name: 'publish-model', compatibility_date: '2026-11-01', r2_buckets: [bound] }),
  )
  try {
    const platform = await getPlatformProxy<{ MODELS: Binding }>({
      configPath,
      persist: { path: join(persistTo, 'v3') },
      envFiles: [],
      remoteBindings: !local,
    })
    const { MODELS } = platform.env
    try {
      return await use({
        async read() {
          const found = await MODELS.get(key)
          return found === null ? undefined : { text: await found.text(), etag: found.etag }
        },
        async write(text, etag) {
          const onlyIf = etag === undefined ? { etagDoesNotMatch: '*' } : { etagMatches: etag }
          return (await MODELS.put(key, text, { onlyIf })) != null
        },
      })
    } finally {
      await platform.dispose()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
