// Every setting, recipe line, path, command and page is in the site. The test reads what must be there from other sources
// than the pages do.
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { rootCommands, workspaceCommands } from './commands.ts'
import { generatedPages } from './generated-pages.ts'
import { pipelineVariables } from './pipeline-variables.ts'
import { site } from './site.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
let pages: Map<string, string>
beforeAll(async () => {
  pages = await generatedPages(root)
})

/** the paths of all values of a recipe, as the reference writes them */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, isObject(item) ? `${path}[]` : path))
  if (isObject(value))
    return Object.entries(value).flatMap(([key, below]) => pathsOf(below, path ? `${path}.${key}` : key))
  return path === '' ? [] : [path]
}
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

describe('recipes.md', () => {
  // student.ts is a part of others; a study's arms hold parts of other recipes
  const files = globSync('packages/*/recipes/**/*.ts', { cwd: root }).filter(
    (file) => !['student.ts', 'study.ts', 'example.ts'].includes(basename(file)),
  )

  it('finds the recipes', () => expect(files.length).toBeGreaterThan(20))

  it.each(files)('has every line of %s', async (file) => {
    const { default: recipe } = await import(pathToFileURL(join(root, file)).href)
    const stage = basename(file, '.ts')
    const section = pages
      .get('recipes.md')!
      .split(/^## /m)
      .find((part) => part.startsWith(`${stage}\n`))
    expect(section, `recipes.md has no stage ${stage}`).toBeDefined()
    const lines = [...section!.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path]) => path!)
    // a key below a table of free names is covered by the line of the table
    const missing = pathsOf(recipe).filter(
      (path) =>
        !lines.some((line) => path === line || path.startsWith(`${line}.`) || path.startsWith(`${line}[]`)),
    )
    expect(missing).toEqual([])
  })
})

it('settings.md has every variable of wrangler.jsonc and the schemas', () => {
  const text = pages.get('settings.md')!
  const sources = globSync('apps/edge/{wrangler.jsonc,src/**/*.ts}', { cwd: root }).filter(
    (file) => !file.endsWith('.test.ts'),
  )
  const names = sources.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    return [
      ...source.matchAll(/"binding": "([A-Z_]+)"/g),
      ...source.matchAll(/\bvariables\.([A-Z][A-Z0-9_]{3,})/g),
      ...source.matchAll(/^ {2}([A-Z][A-Z0-9_]{3,}): (?:z|text|flag|list)\b/gm),
    ].map(([, name]) => name!)
  })
  expect(new Set(names).size).toBeGreaterThan(25)
  expect([...new Set(names)].filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

it('settings.md has every DISRANKER_ variable', () => {
  const listed = new Set(pipelineVariables.map(([name]) => name))
  const files = globSync('{packages/*,apps/*}/{src,commands,recipes}/**/*.ts', { cwd: root })
  const used = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/\bDISRANKER_[A-Z]+(?:_[A-Z]+)*/g),
  ])
  expect([...new Set(used.map(([name]) => name))].filter((name) => !listed.has(name))).toEqual([])
})

it('paths.md has every path of the API', () => {
  const routes = globSync('apps/edge/src/dialects/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/paths: \[([^\]]+)\]/g)].flatMap(([, list]) =>
      [...list!.matchAll(/'(\/[^']+)'/g)].map(([, path]) => path!),
    ),
  )
  expect(routes.length).toBeGreaterThan(10)
  expect(routes.filter((path) => !pages.get('paths.md')!.includes(`POST ${path}\n`))).toEqual([])
})

describe('commands.md', () => {
  const scriptsOf = (folder: string): string[] =>
    Object.keys(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts)

  // a new script is described in commands.ts
  it('has every script of the root', () =>
    expect(Object.keys(rootCommands).sort()).toEqual(scriptsOf('.').sort()))

  it('has only scripts that are there', () => {
    const folders: Readonly<Record<string, string>> = { '@disranker/edge': 'apps/edge' }
    for (const [workspace, script] of workspaceCommands) {
      const folder = folders[workspace] ?? workspace.replace('@disranker/', 'packages/')
      expect(scriptsOf(folder), `${workspace}: ${script}`).toContain(script)
    }
  })
})

it('the list of the site has every page, and no other', () => {
  const written = globSync('**/*.md', { cwd: join(root, 'apps/docs/pages') })
    .map((file) => file.replaceAll('\\', '/').replace(/\.md$/, ''))
    .filter((path) => path !== 'index' && !path.startsWith('made/'))
  const listed = site.flatMap((group) => group.pages.map(({ path }) => path))
  expect(listed.filter((path) => !path.startsWith('made/')).sort()).toEqual(written.sort())
  const made = listed.filter((path) => path.startsWith('made/')).map((path) => `${path.slice(5)}.md`)
  expect(made.filter((path) => !pages.has(path))).toEqual([])
})
