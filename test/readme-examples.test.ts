// Every package's README shows an example. It is run as it stands.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = globSync('{packages,apps}/*/package.json', { cwd: root })
  .map((file) => dirname(file))
  .sort()

it('finds the packages', () => expect(packages.length).toBeGreaterThanOrEqual(10))

it.each(packages)('%s: the example of its README runs', { timeout: 300_000 }, (name) => {
  const folder = join(root, name)
  expect(existsSync(join(folder, 'README.md')), `${name} has no README.md`).toBe(true)
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(folder, 'README.md'), 'utf8'))?.[1]
  expect(code, `${name}/README.md has no \`\`\`ts block`).toBeDefined()
  // beside the package's own sources, so that its dependencies are found
  const home = mkdtempSync(join(folder, '.example-'))
  try {
    writeFileSync(join(home, 'example.ts'), code!)
    const run = spawnSync(process.execPath, ['example.ts'], { cwd: home, encoding: 'utf8', timeout: 240_000 })
    expect(run.status, `${run.stdout}\n${run.stderr}`).toBe(0)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
})
