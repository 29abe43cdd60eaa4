// libtensorflow where its own download is not reached: the library and headers that the Python package tensorflow-cpu
// carries, fetched by pip and unpacked into a folder, for tests of the backend `node`. The project itself needs no Python.
//
//   node test/libtensorflow.ts <folder>            then DISRANKER_LIBTENSORFLOW=<folder> npm run setup:node
//   node test/libtensorflow.ts --when-possible     both, for CI: says why not, and never fails
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = '2.18.1'
/** ms of one download */
const PATIENCE = 1_800_000

const [given] = process.argv.slice(2)
if (given === undefined) {
  console.error('Usage: node test/libtensorflow.ts <folder>, or --when-possible')
  process.exitCode = 1
} else if (given !== '--when-possible') console.log(`libtensorflow ${VERSION} lies in ${layOut(given)}.`)
else setUpWhenPossible()

function setUpWhenPossible(): void {
  const cache = fileURLToPath(new URL('../node_modules/.cache/libtensorflow', import.meta.url))
  try {
    const folder = layOut(cache)
    const env = { ...process.env, DISRANKER_LIBTENSORFLOW: folder }
    console.log(run('npm', ['run', '--silent', 'setup:node'], env).trim())
  } catch (error) {
    console.log(`Backend node is left out of the tests: ${String(error).split('\n').slice(0, 2).join(' ')}`)
  }
}

/** @returns the folder, whole; what lies there already is kept */
function layOut(given: string): string {
  const folder = resolve(given)
  if (existsSync(join(folder, 'include'))) return folder
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('tensorflow-cpu carries libtensorflow for Linux on x86-64 only')
  mkdirSync(dirname(folder), { recursive: true })
  const temporary = mkdtempSync(`${folder}.`)
  try {
    const wheel = ['--only-binary=:all:', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64']
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--retries', '1', ...wheel]
    run('python3', [...pip, '--target', temporary, `tensorflow-cpu==${VERSION}`])
    renameSync(join(temporary, 'tensorflow'), folder)
    return folder
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

function run(command: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { error, status, stdout, stderr } = spawnSync(command, words, {
    encoding: 'utf8',
    env,
    timeout: PATIENCE,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${words.slice(0, 3).join(' ')}: ${stderr.trim()}`)
  return stdout
}
