// Runs the installed wrangler, without its own calls to the network.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** apps/edge */
export const home = fileURLToPath(new URL('..', import.meta.url))
const command = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin',
  'wrangler.js',
)
/** no calls to the network except requested ones */
export const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
}

/** @param stdio inherit: the user sees and answers; pipe: the caller reads */
export function wrangler(words: readonly string[], stdio: 'inherit' | 'pipe') {
  const env = { ...OFFLINE, ...process.env }
  const ended = spawnSync(process.execPath, [command, ...words], { cwd: home, env, stdio, encoding: 'utf8' })
  return { status: ended.status ?? 1, stdout: ended.stdout ?? '', stderr: ended.stderr ?? '' }
}

/**
 * Options of a Worker that a program starts on this machine: a free port, only errors printed, no file watched.
 * @param persist folder of the local stores; false: none is kept
 */
export const quietDev = (persist: string | false) => ({
  server: { hostname: '127.0.0.1', port: 0, secure: false },
  inspector: false as const,
  logLevel: 'error' as const,
  watch: false,
  persist,
  registry: undefined,
})
