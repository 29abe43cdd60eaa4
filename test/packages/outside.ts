// npm in a project elsewhere, as its user would run it: without what npm tells the scripts of this house, with the user's own
// configuration. npm looks for its global configuration next to the Node that runs it; here that is the Node of the install, which
// has none, so a company's registry, proxy and CA file come from the files that the npm above has read.
import { spawnSync } from 'node:child_process'

/** ms; a registry that does not answer must not hold up a test for as long as npm tries */
const PATIENCE = 300_000
/** what npm itself has read, and where from */
const CONFIGURED =
  /^npm_config_(globalconfig|userconfig|registry|cafile|ca|proxy|https_proxy|noproxy|cache)$/i

/** An environment less what npm tells its scripts about the project they are of. */
export const outside = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => (!name.startsWith('npm_') || CONFIGURED.test(name)) && name !== 'INIT_CWD',
    ),
  )

/** @throws {Error} npm fails, or does not end in five minutes: what it said */
export function npm(
  folder: string,
  words: readonly string[],
  { env = process.env, patience = PATIENCE }: { env?: NodeJS.ProcessEnv; patience?: number } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync('npm', words, {
    cwd: folder,
    encoding: 'utf8',
    env: outside(env),
    timeout: patience,
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    throw new Error(`npm ${words.join(' ')} ended with ${status} ${error?.message ?? ''}:\n${stderr}`)
  return stdout
}
