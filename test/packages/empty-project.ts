// The project of a user who installs the packages: an empty folder, `npm install` of their tarballs, and a
// program that ranks.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  EXAMPLE_PACKAGE,
  LICENSE,
  makeExamplePackage,
  makePackage,
  publishedPackages,
} from '@disranker/release'
import type { Bundle, RerankDocument } from '@disranker/reranker'
import { exampleFolder } from '../edge/served/served-example.ts'
import { npm, outside } from './outside.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export const QUERY = 'a buffer is written past its end'
export const DOCUMENTS: readonly RerankDocument[] = [
  'Memory is used again after it was freed.',
  { title: 'Out-of-bounds write', summary: 'The product writes data past the end of the intended buffer.' },
  { title: 'Weak hash', summary: 'The product hashes with an algorithm that is broken.' },
]

/** In the words of the package's README: the same for every runtime that has node:fs. */
const PROGRAM = `import { readdirSync, readFileSync } from 'node:fs'
import { loadReranker } from '@disranker/reranker'
import { loadTokenizer } from '@disranker/tokenizer'

const bundle = Object.fromEntries(
  readdirSync('bundle').map((name) => [name, new Uint8Array(readFileSync('bundle/' + name))]),
)
const reranker = await loadReranker(bundle)
const { query, documents } = JSON.parse(readFileSync('texts.json', 'utf8'))
const scores = await reranker.score(query, documents)
await reranker.dispose()
const tokens = loadTokenizer(readFileSync('bundle/tokenizer.json', 'utf8')).encode(query)
console.log(JSON.stringify({ scores: [...scores], tokens: [...tokens] }))
`

export interface EmptyProject {
  readonly folder: string
  /** the made packages, by name: folder and tarball */
  readonly packages: ReadonlyMap<string, { readonly folder: string; readonly tarball: string }>
  remove(): void
}

/** @throws {Error} a package cannot be made, packed or installed */
export async function emptyProject(bundle: Bundle): Promise<EmptyProject> {
  const home = mkdtempSync(join(tmpdir(), 'disranker-packages-'))
  const published = publishedPackages(ROOT)
  const versions = new Map(published.map(({ json }) => [json.name, json.version]))
  versions.set(EXAMPLE_PACKAGE, versions.get('@disranker/reranker')!)
  const made = published.map((one) => {
    const folder = join(home, 'made', basename(one.folder))
    makePackage(one, folder, versions)
    return folder
  })
  made.push(await examplePackage(bundle, join(home, 'made', 'example-bundle'), versions))
  const packed: readonly { readonly name: string; readonly filename: string }[] = JSON.parse(
    npm(home, ['pack', '--json', ...made]),
  )
  const packages = new Map(
    packed.map(({ name, filename }, at) => [name, { folder: made[at]!, tarball: join(home, filename) }]),
  )
  const folder = join(home, 'project')
  mkdirSync(join(folder, 'bundle'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  for (const [name, bytes] of Object.entries(bundle)) writeFileSync(join(folder, 'bundle', name), bytes)
  writeFileSync(join(folder, 'texts.json'), JSON.stringify({ query: QUERY, documents: DOCUMENTS }))
  writeFileSync(join(folder, 'rank.js'), PROGRAM)
  install(folder, ...[...packages.values()].map(({ tarball }) => tarball))
  return { folder, packages, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** The package of the example, of this bundle; it has the reranker's version. */
async function examplePackage(bundle: Bundle, out: string, versions: Map<string, string>): Promise<string> {
  const { dist, remove } = await exampleFolder({}, bundle)
  try {
    makeExamplePackage({ dist, out, version: versions.get(EXAMPLE_PACKAGE)!, licence: LICENSE })
  } finally {
    remove()
  }
  return out
}

/** Adds packages to a project, which is made where there is none; without scripts, as the whole house is installed. */
export function install(folder: string, ...specifiers: readonly string[]): void {
  mkdirSync(folder, { recursive: true })
  const quietly = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  npm(folder, ['install', ...quietly, ...specifiers])
}

/** Runs the program with a runtime. @returns what it printed, read */
export function rankWith(
  folder: string,
  command: string,
  ...words: readonly string[]
): { scores: number[]; tokens: number[] } {
  const { status, stdout, stderr } = spawnSync(command, [...words, 'rank.js'], {
    cwd: folder,
    encoding: 'utf8',
    env: outside(),
  })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return JSON.parse(stdout)
}
