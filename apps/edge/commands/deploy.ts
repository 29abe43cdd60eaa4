// `npm run deploy [-- --env staging
// production] [--dry-run] [--no-traffic] [--with-example] [--budget <KiB>] [dist]`: deploys the Worker and
// dist/ to Cloudflare, with onnxruntime only when a model needs it; with --no-traffic as a version without
// traffic (.github/workflows/deploy.yml). Without credentials it does everything except the upload, says what
// is missing, and fails, so that a pipeline without its token is not green. An upload above its budget is
// refused before anything is sent.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { OWN_EXAMPLE, OWN_FIRST } from '../src/routes/page-files.ts'
import { entryFor } from './assets/engines.ts'
import { wrangler } from './wrangler.ts'

const home = fileURLToPath(new URL('..', import.meta.url))

/** A token in the environment, or the login of `wrangler login`. */
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

const MISSING = `
deploy: nothing was uploaded: there are no Cloudflare credentials here. To deploy, either
  npx wrangler login                      (opens a browser)
or set
  CLOUDFLARE_API_TOKEN                    (a token with "Workers Scripts: Edit")
and run "npm run deploy" again. To only build and measure: npm run deploy -- --dry-run
Without keys the endpoint refuses every request; to make one:
  npm run key --workspace @disranker/edge -- <name>    (prints a key, and what to set)
  npx wrangler secret put RERANK_KEYS                  (in apps/edge)
`

/** KiB, compressed: a Worker may have 10 MiB on the paid plan, and every new isolate has to load all of it */
const BUDGET = '5120'

/**
 * Builds the Worker without sending it.
 * @param budget KiB, compressed
 * @returns wrangler's exit code, or 1 when the code is above its budget
 */
function build(budget: number, words: readonly string[]): number {
  const { status, stdout, stderr } = wrangler([...words, '--dry-run'], 'pipe')
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  if (status !== 0) return status
  const size = Number(/gzip: ([\d.]+) KiB/.exec(stdout)?.[1])
  if (!(size <= budget)) {
    console.error(
      `deploy: the code has ${size} KiB compressed, its budget is ${budget}. Nothing was uploaded.`,
    )
    return 1
  }
  console.log(`The code has ${size} KiB compressed, its budget is ${budget}.`)
  return 0
}

function given() {
  try {
    return parseArgs({
      options: {
        env: { type: 'string' },
        budget: { type: 'string', default: BUDGET },
        'dry-run': { type: 'boolean', default: false },
        'no-traffic': { type: 'boolean', default: false },
        'with-example': { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
  } catch (error) {
    console.error(`deploy: ${error instanceof Error ? error.message : error}`)
    return process.exit(2)
  }
}

/** @returns the exit code */
async function deploy(assets: string, { values }: ReturnType<typeof given>): Promise<number> {
  // an empty name is the top level: without it wrangler warns
  const command = values['no-traffic'] ? ['versions', 'upload'] : ['deploy']
  const entry = await entryFor(assets, values.env)
  if (entry.endsWith('fused.ts'))
    console.log('The fused encoder computes every model: onnxruntime is not uploaded.')
  const words = [...command, entry, '--assets', assets, '--env', values.env ?? '']
  if (values['with-example']) words.push('--var', 'PUBLISH_EXAMPLE:true')
  const status = build(Number(values.budget), words)
  if (status !== 0 || values['dry-run']) return status
  if (hasCredentials()) return wrangler(words, 'inherit').status
  console.error(MISSING)
  return 1
}

const asked = given()
const dist = asked.positionals[0] ?? join(home, 'dist')
if (!existsSync(join(dist, 'models.json'))) {
  console.error('deploy: there is no model to deploy yet. Run "npx turbo run train" first.')
  process.exitCode = 1
} else {
  const work = mkdtempSync(join(tmpdir(), 'deploy-'))
  try {
    const assets = join(work, 'dist')
    // a part of the operator's corpus is uploaded only on request
    const wanted = (path: string) =>
      asked.values['with-example'] || ![OWN_EXAMPLE, OWN_FIRST].includes(basename(path))
    cpSync(dist, assets, { recursive: true, filter: wanted })
    process.exitCode = await deploy(assets, asked)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
