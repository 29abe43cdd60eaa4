// Types of everything: packages with the same compiler options are one program, so that a source is read once, not once for every
// package that imports it. `npx tsc -p <package>` checks one.
// Run: node test/check-types.ts
import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Config {
  readonly extends: string
  readonly compilerOptions?: object
  readonly include: readonly string[]
  readonly exclude?: readonly string[]
}

/** the compiler of AssemblyScript declares globals as its language has them */
const ALONE = ['packages/assembly/tsconfig.json']

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'node_modules/.cache/types')
const files = globSync('{packages/*,apps/*,test}/tsconfig.json', { cwd: root }).sort()
const configs = files.map((file) => {
  const folder = dirname(join(root, file))
  const config: Config = JSON.parse(readFileSync(join(root, file), 'utf8'))
  const there = (path: string) => relative(out, join(folder, path)).replaceAll('\\', '/')
  const { include, exclude = [], ...options } = config
  return {
    alone: ALONE.includes(file.replaceAll('\\', '/')) ? file : '',
    options: JSON.stringify({ ...options, extends: there(config.extends) }),
    include: include.map(there),
    exclude: exclude.map(there),
  }
})

mkdirSync(out, { recursive: true })
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
let failed = false
const groups = [...Map.groupBy(configs, ({ alone, options }) => alone + options).values()]
for (const [at, group] of groups.entries()) {
  const file = join(out, `tsconfig.${at}.json`)
  const [include, exclude] = [
    group.flatMap(({ include }) => include),
    [...group.flatMap(({ exclude }) => exclude), '**/node_modules', '**/out', '**/dist'],
  ]
  writeFileSync(file, JSON.stringify({ ...JSON.parse(group[0]!.options), include, exclude }))
  const { status } = spawnSync(process.execPath, [tsc, '-p', file], { cwd: root, stdio: 'inherit' })
  failed ||= status !== 0
}
process.exitCode = failed ? 1 : 0
