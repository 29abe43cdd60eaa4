// `npm run deploy` on a machine without credentials: all but the upload, and what is missing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleFolder } from '../served/served-example.ts'

const deploy = fileURLToPath(import.meta.resolve('@disranker/edge/deploy'))
const home = mkdtempSync(join(tmpdir(), 'edge-home-'))
let folder: Awaited<ReturnType<typeof exampleFolder>>

beforeAll(async () => {
  folder = await exampleFolder()
})
afterAll(() => {
  folder?.remove()
  rmSync(home, { recursive: true })
})

function run(dist: string, ...words: string[]) {
  const { CLOUDFLARE_API_TOKEN: _token, CLOUDFLARE_API_KEY: _key, ...others } = process.env
  const env = { ...others, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: join(home, '.config') }
  return spawnSync(process.execPath, [deploy, dist, ...words], { env, encoding: 'utf8' })
}

describe('npm run deploy', () => {
  it('without credentials: builds, says what to do, and fails', () => {
    const { status, stdout, stderr } = run(folder.dist)
    expect(status).toBe(1)
    console.log(/^The code has .*$/m.exec(stdout)?.[0])
    const [, compressed] = /Total Upload: [\d.]+ KiB \/ gzip: ([\d.]+) KiB/.exec(stdout)!
    // of a model that the fused encoder computes
    expect(Number(compressed)).toBeLessThan(1024)
    expect(stderr).toContain('nothing was uploaded')
    expect(stderr).toContain('CLOUDFLARE_API_TOKEN')
    expect(stderr).toContain('wrangler secret put RERANK_KEYS')
  })

  it('with --dry-run: the size, and no complaint', () => {
    const { status, stdout, stderr } = run(folder.dist, '--dry-run', '--env', 'staging')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^The code has [\d.]+ KiB compressed/m)
  })

  it('into an environment, and not above the budget', () => {
    const large = run(folder.dist, '--dry-run', '--env', 'production', '--budget', '100')
    expect(large.status).toBe(1)
    expect(large.stderr).toMatch(/^deploy: the code has [\d.]+ KiB compressed, its budget is 100/m)
    const wrong = run(folder.dist, '--dry-run', '--env', 'prodution')
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('prodution')])
  })

  it('takes a corpus along only when asked to', async () => {
    const own = await exampleFolder({ embedded: false })
    try {
      const files = (...words: string[]) =>
        Number(/Read (\d+) files? from the assets/.exec(run(own.dist, '--dry-run', ...words).stdout)?.[1])
      const without = files()
      expect(without).toBeGreaterThan(5)
      expect(files('--with-example')).toBe(without + 2)
    } finally {
      own.remove()
    }
  })

  it('without a model: what to run first', () => {
    const { status, stderr } = run('/nowhere')
    expect([status, stderr.trim()]).toEqual([
      1,
      'deploy: there is no model to deploy yet. Run "npx turbo run train" first.',
    ])
  })
})
