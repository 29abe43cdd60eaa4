// The code of a stage: the modules that it reaches, without comments and types, and the versions of the
// packages that these import. A bundler finds the modules: of a package's index, only those whose exports are
// used. The stage's manifest, its checkpoints and the steps of a study all use this identity.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sha256 } from './manifest.ts'

/** The hash of each module's code by its path in the checkout, and the version of each package by its name. */
export type Code = Readonly<Record<string, string>>

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

const codes = new Map<string, Promise<Code>>()

/**
 * The code of a stage, read once a process.
 * @param source `import.meta.url` of the stage's module
 * @throws {Error} a module has a syntax error, or one that it imports is missing
 */
export function codeOf(source: string): Promise<Code> {
  const known = codes.get(source) ?? readCode(source)
  codes.set(source, known)
  return known
}

/** The same for the current files. */
export async function readCode(source: string): Promise<Code> {
  const code: Record<string, string> = {}
  const entries = [fileURLToPath(source)]
  const assets = new Set<string>()
  for (const entry of entries) {
    const { modules, packages } = await reachedFrom(entry)
    for (const file of modules) {
      code[nameOf(file)] ??= await hashOf(file)
      for (const other of openedBy(file))
        if (/(-thread|-worker)\.ts$/.test(other)) {
          if (!entries.includes(other)) entries.push(other)
        } else assets.add(other)
    }
    for (const [name, from] of packages) code[name] ??= versionOf(name, dirname(from))
  }
  for (const file of assets) code[nameOf(file)] = await hashOf(file)
  return Object.fromEntries(Object.entries(code).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One hash of all of it. */
export const hashCode = (code: Code): string => sha256(JSON.stringify(code))

/** @returns paths of the used modules, and the packages that they import, each with an importer */
async function reachedFrom(entry: string) {
  const { build } = await import('esbuild')
  const importers = new Map<string, string>()
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    outdir: join(ROOT, 'out'),
    conditions: ['source'],
    ...{ bundle: true, write: false, metafile: true, treeShaking: true, logLevel: 'silent' },
    ...{ format: 'esm', platform: 'node', target: 'node22' },
    plugins: [
      {
        name: 'packages of others stay outside',
        setup({ onResolve }) {
          onResolve({ filter: /^[^./#]/ }, ({ path, kind, importer }) => {
            if (kind === 'entry-point' || path.startsWith('@disranker/')) return undefined
            importers.set(path, importer)
            // the output's list of imports has the used ones
            return { path, external: true, sideEffects: false }
          })
        },
      },
    ],
  })
  const modules: string[] = []
  const packages = new Map<string, string>()
  for (const { inputs, imports } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs))
      if (bytesInOutput > 0) modules.push(join(ROOT, path))
    for (const { path } of imports) {
      const [scope, name] = path.split('/')
      if (!path.startsWith('node:'))
        packages.set(scope!.startsWith('@') ? `${scope}/${name}` : scope!, importers.get(path) ?? entry)
    }
  }
  return { modules, packages }
}

/** Files that a module opens by their URL: thread modules, WebAssembly, SQL. For a folder, all its files. */
function openedBy(file: string): string[] {
  const addresses = readFileSync(file, 'utf8').matchAll(
    /new URL\(\s*['"`]([^'"`]+)['"`],\s*import\.meta\.url/g,
  )
  return [...addresses].flatMap(([, address]) => {
    const path = join(dirname(file), address!.replace(/[^/]*\$\{.*$/, ''))
    // without downloads and outputs of stages
    if (!existsSync(path) || !/[\\/]src[\\/]/.test(path)) return []
    if (!statSync(path).isDirectory()) return [path]
    const files = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isFile())
    return files.map(({ name }) => join(path, name)).filter((path) => /\.(ts|sql)$/.test(path))
  })
}

const hashes = new Map<string, Promise<string>>()

/** Each text is scanned once a process. */
function hashOf(file: string): Promise<string> {
  const text = readFileSync(file, /\.(ts|sql)$/.test(file) ? 'utf8' : 'latin1')
  const known = hashes.get(text) ?? withoutComments(file, text).then((code) => sha256(code).slice(0, 16))
  hashes.set(text, known)
  return known
}

async function withoutComments(file: string, text: string): Promise<string> {
  if (file.endsWith('.sql'))
    return text
      .replaceAll(/^\s*--.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  if (!file.endsWith('.ts')) return text
  const { transform } = await import('esbuild')
  const { code } = await transform(text, { loader: 'ts', minifyWhitespace: true, legalComments: 'none' })
  return code
}

const nameOf = (file: string) => relative(ROOT, file).replaceAll('\\', '/')

/** The version of a package as installed for a module. */
function versionOf(name: string, from: string): string {
  const file = join(from, 'node_modules', name, 'package.json')
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
  return from === dirname(from) ? 'not installed' : versionOf(name, dirname(from))
}
