// Every package's README shows an example, and so do pages of the site. They are run as they stand; blocks that are not run have a reason.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** those that a program imports; a package that is only a command has no example in TypeScript */
const packages = globSync('{packages,apps}/*/package.json', { cwd: root })
  .filter((file) => 'exports' in JSON.parse(readFileSync(join(root, file), 'utf8')))
  .map((file) => dirname(file))
  .sort()

/** what an example has left of the first stages, for those that begin with the same */
const shared = mkdtempSync(join(tmpdir(), 'examples-'))
const SHARED = ['example', 'pairs']
afterAll(() => rmSync(shared, { recursive: true }))

function copyStages(from: string, to: string): void {
  for (const name of SHARED)
    if (existsSync(join(from, name))) cpSync(join(from, name), join(to, name), { recursive: true })
}

function run(folder: string, code: string, prepare?: (home: string) => void): void {
  // next to the package's own sources, so that its dependencies are found
  const home = mkdtempSync(join(folder, '.example-'))
  try {
    prepare?.(home)
    copyStages(shared, home)
    writeFileSync(join(home, 'example.ts'), code)
    const { status, stdout, stderr } = spawnSync(process.execPath, ['example.ts'], {
      cwd: home,
      encoding: 'utf8',
      timeout: 240_000,
    })
    expect(status, `${stdout}\n${stderr}`).toBe(0)
    copyStages(home, shared)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

it('finds the packages', () => expect(packages.length).toBeGreaterThanOrEqual(10))

it.each(packages)('%s: the example of its README runs', { timeout: 300_000 }, (name) => {
  const folder = join(root, name)
  expect(existsSync(join(folder, 'README.md')), `${name} has no README.md`).toBe(true)
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1]
  expect(code, `${name}/README.md has no \`\`\`ts block`).toBeDefined()
  run(folder, code!)
})

describe('the pages of the site', () => {
  const docs = join(root, 'apps/docs')
  const pages = globSync('pages/*.md', { cwd: docs }).map((page) => basename(page))
  const blocks = pages.flatMap((page) => {
    const text = readFileSync(join(docs, 'pages', page), 'utf8')
    return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code], at) => ({
      name: `${page}, block ${at + 1}`,
      page,
      language: language!,
      code: code!,
    }))
  })
  /** pages whose programs another test runs, against a server */
  const elsewhere = ['clients.md']
  const runs = blocks.filter(({ page, language }) => language === 'ts' && !elsewhere.includes(page))

  it.each(runs)('$name runs', { timeout: 300_000 }, ({ code }) =>
    run(docs, code, (home) =>
      cpSync(join(root, 'packages/reranker/src/fixtures/tiny-bundle'), join(home, 'bundle'), {
        recursive: true,
      }),
    ),
  )

  it.each(blocks.filter(({ language }) => language === 'json'))('$name is JSON', ({ code }) => {
    expect(() => JSON.parse(code)).not.toThrow()
  })

  /** why blocks of a language on a page are not run here */
  const reasons: Readonly<Record<string, string>> = {
    'in-your-app.md js':
      'imports alone, a Worker of Cloudflare, and what test/browser/workers.test.ts runs in a browser',
    'beyond-one-machine.md python': 'needs Python packages and GPUs',
    'measure-online.md html': 'a page of yours; test/browser/ubi.test.ts runs the script',
    'operate.md sql': 'needs an account of Cloudflare',
  }

  it('leaves no other block without a reason', () => {
    const others = blocks.filter(({ language }) => !['ts', 'json'].includes(language))
    const kinds = new Set(others.map(({ page, language }) => `${page} ${language}`))
    expect([...kinds].sort()).toEqual(Object.keys(reasons).sort())
  })
})
