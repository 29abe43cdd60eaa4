// Bindings of Cloudflare in a program of Node, as a Worker sees them: of this machine's own copies, or of the account.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getPlatformProxy } from 'wrangler'
import { home, OFFLINE } from './wrangler.ts'

export interface Place {
  /** in this machine's own copy */
  readonly local: boolean
  /** folder of that copy; by default that of `wrangler dev` in apps/edge */
  readonly persistTo?: string | undefined
}

/**
 * @param bindings as in wrangler.jsonc, like { r2_buckets: [...] }
 * @param use works with them, by their names
 */
export async function withBindings<Env extends Record<string, unknown>, Result>(
  bindings: Readonly<Record<string, readonly object[]>>,
  { local, persistTo = join(home, '.wrangler', 'state') }: Place,
  use: (env: Env) => Promise<Result>,
): Promise<Result> {
  Object.assign(process.env, { ...OFFLINE, ...process.env })
  const folder = mkdtempSync(join(tmpdir(), 'publish-'))
  const configPath = join(folder, 'wrangler.json')
  const bound = Object.fromEntries(
    Object.entries(bindings).map(([kind, all]) => [
      kind,
      all.map((one) => ({ ...one, ...(!local && { remote: true }) })),
    ]),
  )
  writeFileSync(configPath, JSON.stringify({ name: 'publish', compatibility_date: '2026-11-01', ...bound }))
  try {
    const platform = await getPlatformProxy<Env>({
      configPath,
      persist: { path: join(persistTo, 'v3') },
      envFiles: [],
      remoteBindings: !local,
    })
    try {
      return await use(platform.env)
    } finally {
      await platform.dispose()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
