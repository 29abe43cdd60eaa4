// Turns a workspace into the published package: JavaScript and types compiled from its sources, or one file
// for each command, and a package.json that names these instead of the sources. `exports` and `imports` keep
// their structure and their conditions.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { PackageJson, Workspace } from './published-packages.ts'

const compiler = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
)

/** root of the repository */
export const LICENSE = fileURLToPath(new URL('../LICENSE', import.meta.url))

/** in a package's own folder */
const NOT_PUBLISHED = ['src/**/*.test.ts', 'src/fixtures']

/**
 * Makes `out`: dist/, package.json, README.md, LICENSE and CHANGELOG.md, if there is one.
 * @param versions of the workspaces that it may depend on, by name
 * @param repository owner/name on GitHub, which npm compares with the provenance of the package
 * @throws {Error} the sources do not compile
 */
export function makePackage(
  workspace: Workspace,
  out: string,
  versions: ReadonlyMap<string, string>,
  repository?: string,
): void {
  const { folder, json } = workspace
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const needed = workspace.carried
    ? { ...bundle(workspace, out), ...json.publishConfig?.runs }
    : json.dependencies
  if (!workspace.carried) compile(folder, join(out, 'dist'))
  for (const name of ['README.md', 'CHANGELOG.md'])
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(out, name))
  copyFileSync(LICENSE, join(out, 'LICENSE'))
  const about = {
    ...published(json, needed, versions),
    ...(repository && {
      repository: {
        type: 'git',
        url: `git+https://github.com/${repository}.git`,
        directory: `${basename(dirname(folder))}/${basename(folder)}`,
      },
    }),
  }
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(about, null, 2)}\n`)
}

/**
 * Makes one file for each command, including all unpublished workspaces that it imports.
 * @returns the remaining imports, with the versions from the workspaces
 */
function bundle({ folder, json, carried = [] }: Workspace, out: string): Record<string, string> {
  const all = carried.flatMap(({ json }) => Object.entries(json.dependencies ?? {}))
  const own = new Set(carried.map(({ json }) => json.name))
  const outside = new Map(all.filter(([name]) => !own.has(name)))
  const { metafile } = buildSync({
    entryPoints: Object.values(json.bin ?? {}).map((path) => join(folder, path)),
    outbase: join(folder, 'src'),
    outdir: join(out, 'dist'),
    external: [...outside.keys()],
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', metafile: true, logLevel: 'error' },
  })
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  // a package may be imported by a subpath
  const isImported = (name: string) => imported.some((path) => path === name || path.startsWith(`${name}/`))
  return Object.fromEntries([...outside].filter(([name]) => isImported(name)))
}

function compile(folder: string, out: string): void {
  const config = `${out}.tsconfig.json`
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: join(folder, 'src'),
    outDir: out,
    typeRoots: [join(folder, '../../node_modules/@types')],
  }
  const own: { readonly exclude?: readonly string[] } = JSON.parse(
    readFileSync(join(folder, 'tsconfig.json'), 'utf8'),
  )
  const include = join(folder, 'src/**/*.ts')
  const exclude = [...NOT_PUBLISHED, ...(own.exclude ?? [])].map((path) => join(folder, path))
  const options = { extends: join(folder, 'tsconfig.json'), compilerOptions, include: [include], exclude }
  writeFileSync(config, JSON.stringify(options))
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', config], { encoding: 'utf8' })
  rmSync(config)
  if (status !== 0) throw new Error(`${folder} does not compile:\n${stdout}`)
  // the compiler does not copy WebAssembly and hand-written declarations, and keeps ".ts" in the imports of
  // declarations
  for (const file of globSync('src/**/*.{d.ts,wasm}', { cwd: folder, exclude: NOT_PUBLISHED }))
    cpSync(join(folder, file), join(out, file.slice('src/'.length)))
  // output of a Worker's or a bundler's build
  for (const file of globSync('**/*.wasm', { cwd: out }))
    writeFileSync(
      join(out, `${file}.d.ts`),
      'declare const module: WebAssembly.Module\nexport default module\n',
    )
  for (const file of globSync('**/*.d.ts', { cwd: out })) {
    const text = readFileSync(join(out, file), 'utf8')
    writeFileSync(
      join(out, file),
      text.replace(/((?:from|import)\s*\(?\s*['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2'),
    )
  }
}

function published(
  json: PackageJson,
  dependencies: Readonly<Record<string, string>> = {},
  versions: ReadonlyMap<string, string>,
) {
  const { name, version, description, license, sideEffects, exports, imports, bin } = json
  const { peerDependencies, peerDependenciesMeta, publishConfig } = json
  const shown = publishConfig?.exports ?? Object.keys(exports ?? {})
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=20' },
    ...(sideEffects !== undefined && { sideEffects }),
    exports: {
      ...Object.fromEntries(shown.map((path) => [path, made(exports?.[path], true)])),
      './package.json': './package.json',
    },
    ...(imports !== undefined && { imports: made(imports, false) }),
    ...(bin !== undefined && { bin: made(bin, false) }),
    files: ['dist', 'CHANGELOG.md'],
    dependencies: Object.fromEntries(
      Object.entries(dependencies).map(([of, range]) => [
        of,
        versions.has(of) ? `^${versions.get(of)}` : range,
      ]),
    ),
    ...(peerDependencies !== undefined && { peerDependencies, peerDependenciesMeta }),
    publishConfig: { access: 'public' },
  }
}

/** The replacement of a source path, under any conditions. */
function made(target: unknown, withTypes: boolean): unknown {
  if (typeof target === 'string') {
    const path = target.replace(/^\.\/src\//, './dist/')
    if (path.endsWith('.wasm') && withTypes) return { types: `${path}.d.ts`, default: path }
    if (!path.endsWith('.ts')) return path
    const stem = path.slice(0, -'.ts'.length)
    return withTypes ? { types: `${stem}.d.ts`, default: `${stem}.js` } : `${stem}.js`
  }
  return Object.fromEntries(
    Object.entries(target as Record<string, unknown>).map(([key, value]) => [key, made(value, withTypes)]),
  )
}
