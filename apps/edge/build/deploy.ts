// `npm run deploy`: puts the Worker and dist/ on Cloudflare. Without credentials it does all but the upload and says
// what is missing. An argument names another folder than dist/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const home = fileURLToPath(new URL('..', import.meta.url))

/** A token in the environment, or what `wrangler login` leaves behind. */
function hasCredentials(): boolean {
  const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_KEY, CLOUDFLARE_EMAIL, XDG_CONFIG_HOME } = process.env
  if (CLOUDFLARE_API_TOKEN || (CLOUDFLARE_API_KEY && CLOUDFLARE_EMAIL)) return true
  const folders = [
    join(homedir(), '.wrangler'),
    join(XDG_CONFIG_HOME || join(homedir(), '.config'), '.wrangler'),
  ]
  if (process.platform === 'darwin') folders.push(join(homedir(), 'Library', 'Preferences', '.wrangler'))
  return folders.some((folder) => existsSync(join(folder, 'config', 'default.toml')))
}

/** @returns wrangler's exit code */
function wrangler(...words: string[]): number {
  const command = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'bin',
    'wrangler.js',
  )
  const offline = {
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
  }
  const env = { ...offline, ...process.env }
  return spawnSync(process.execPath, [command, ...words], { cwd: home, env, stdio: 'inherit' }).status ?? 1
}

const MISSING = `
Nothing was uploaded: there are no Cloudflare credentials here. To deploy, either
  npx wrangler login                      (opens a browser)
or set
  CLOUDFLARE_API_TOKEN                    (a token with "Workers Scripts: Edit")
and run "npm run deploy" again. Without keys the endpoint serves nobody; to make one:
  npm run key --workspace @disranker/edge -- <name>    (prints a key, and what to set)
  npx wrangler secret put RERANK_KEYS                  (in apps/edge)
`

const dist = process.argv[2] ?? join(home, 'dist')
if (!existsSync(join(dist, 'example.json'))) {
  console.error('deploy: there is no model to deploy yet. Run "npx turbo run train" first.')
  process.exitCode = 1
} else if (hasCredentials()) process.exitCode = wrangler('deploy', '--assets', dist)
else {
  process.exitCode = wrangler('deploy', '--assets', dist, '--dry-run')
  if (process.exitCode === 0) console.log(MISSING)
}
