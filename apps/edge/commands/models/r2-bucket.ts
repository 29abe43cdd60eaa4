// An R2 bucket through its binding, as in a Worker: the binding supports conditional writes, `wrangler r2`
// does not.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getPlatformProxy } from 'wrangler'
import { home, OFFLINE } from '../wrangler.ts'
import type { IndexStore } from './models-index.ts'

export interface Where {
  readonly bucket: string
  /** in the local copy of the bucket */
  readonly local: boolean
  /** folder of that copy; by default that of `wrangler dev` in apps/edge */
  readonly persistTo?: string | undefined
}

/** The used part of the binding. */
interface Binding {
  get(key: string): Promise<{ readonly etag: string; text(): Promise<string> } | null>
  put(key: string, value: string | Uint8Array, options?: { readonly onlyIf: object }): Promise<object | null>
}

export interface OpenBucket {
  /** the bucket's models.json */
  readonly index: IndexStore
  /** Writes a file under a key. @throws {Error} the bucket did not accept it */
  put(key: string, file: string): Promise<void>
}

/** @throws {Error} the bucket cannot be reached */
export async function withBucket<Result>(
  { bucket, local, persistTo = join(home, '.wrangler', 'state') }: Where,
  use: (bucket: OpenBucket) => Promise<Result>,
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
    try {
      return await use(openBucket(bucket, platform.env.MODELS))
    } finally {
      await platform.dispose()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const INDEX = 'models.json'

/** @param name for messages */
export const openBucket = (name: string, binding: Binding): OpenBucket => ({
  index: {
    async read() {
      const found = await binding.get(INDEX)
      return found === null ? undefined : { text: await found.text(), etag: found.etag }
    },
    async write(text, etag) {
      const onlyIf = etag === undefined ? { etagDoesNotMatch: '*' } : { etagMatches: etag }
      return (await binding.put(INDEX, text, { onlyIf })) != null
    },
  },
  async put(key, file) {
    const write = () => binding.put(key, readFileSync(file))
    // a connection can be lost at any time; writing the same bytes again changes nothing
    await write()
      .catch(write)
      .catch((error: Error) => {
        throw new Error(`${key} could not be put into ${name}: ${error.message}`, { cause: error })
      })
  },
})
