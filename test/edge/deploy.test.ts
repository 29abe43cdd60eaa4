// `npm run deploy` on a machine without credentials: all but the upload, and what is missing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { exampleFolder } from './served-example.ts'

const deploy = fileURLToPath(import.meta.resolve('@disranker/edge/deploy'))

function run(dist: string, home: string, ...words: string[]) {
  const { CLOUDFLARE_API_TOKEN: _token, CLOUDFLARE_API_KEY: _key, ...others } = process.env
  const env = { ...others, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: join(home, '.config') }
  return spawnSync(process.execPath, [deploy, dist, ...words], { env, encoding: 'utf8' })
}

describe('npm run deploy', () => {
  it('without credentials: a dry run whose size fits a Worker, and what to do', async () => {
    const folder = await exampleFolder()
    const home = mkdtempSync(join(tmpdir(), 'edge-home-'))
    try {
      const { status, stdout, stderr } = run(folder.dist, home)
      expect(stderr).toBe('')
      expect(status).toBe(0)
      console.log(/^The code has .*$/m.exec(stdout)?.[0])
      const [, compressed] = /Total Upload: [\d.]+ KiB \/ gzip: ([\d.]+) KiB/.exec(stdout)!
      expect(Number(compressed)).toBeLessThan(5 * 1024)
      expect(stdout).toContain('Nothing was uploaded')
      expect(stdout).toContain('CLOUDFLARE_API_TOKEN')
      expect(stdout).toContain('wrangler secret put RERANK_KEYS')
    } finally {
      folder.remove()
      rmSync(home, { recursive: true })
    }
  })

  it('into an environment, and not above the budget', async () => {
    const folder = await exampleFolder()
    try {
      const large = run(folder.dist, folder.dist, '--env', 'production', '--budget', '100')
      expect(large.status).toBe(1)
      expect(large.stderr).toMatch(/^deploy: the code has [\d.]+ KiB compressed, its budget is 100/m)
      const wrong = run(folder.dist, folder.dist, '--env', 'prodution')
      expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining('prodution')])
    } finally {
      folder.remove()
    }
  })

  it('without a model: what to run first', () => {
    const { status, stderr } = run('/nowhere', '/nowhere')
    expect([status, stderr.trim()]).toEqual([
      1,
      'deploy: there is no model to deploy yet. Run "npx turbo run train" first.',
    ])
  })
})
