// Runs the scripts of a command. They are in the foreground of the terminal, as if started by hand.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Run } from './command-spec.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * @param quiet their output goes to stderr, because stdout is for the result
 * @returns the exit code of the first that failed, or 0
 */
export async function runScripts(runs: readonly Run[], quiet: boolean): Promise<number> {
  for (const run of runs) {
    const code = await runScript(run, quiet)
    if (code !== 0) return code
  }
  return 0
}

function runScript({ script, words, env = {} }: Run, quiet: boolean): Promise<number> {
  const isTurbo = script === 'turbo'
  const file = isTurbo ? turbo() : resolve(ROOT, script)
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, [file, ...words], {
      // paths of the command line are relative to the user's working directory
      cwd: isTurbo ? ROOT : process.cwd(),
      env: { ...process.env, INIT_CWD: process.cwd(), PATH: path(), ...env },
      stdio: ['inherit', quiet ? process.stderr : 'inherit', 'inherit'],
    })
    // Ctrl-C reaches the child, too, which decides when to end
    const wait = () => {}
    const forward = () => void child.kill('SIGTERM')
    process.on('SIGINT', wait).on('SIGTERM', forward)
    child.once('error', failed)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', wait).off('SIGTERM', forward)
      ended(code ?? (signal === 'SIGINT' ? 130 : 143))
    })
  })
}

const turbo = () => join(dirname(createRequire(import.meta.url).resolve('turbo/package.json')), 'bin/turbo')

/** the Node of the install, and the programs that the scripts call by name */
const path = () => [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter)
