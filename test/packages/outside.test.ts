import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { npm } from './outside.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'disranker-outside-'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it("npm in a project elsewhere has its user's global configuration, and nothing of this project", () => {
  const globalconfig = join(folder, 'npmrc')
  writeFileSync(globalconfig, 'registry=http://mirror.example:4873/\nfetch-retries=7\n')
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_globalconfig: globalconfig,
    npm_config_local_prefix: '/elsewhere',
    npm_package_name: 'disranker',
  }
  const told = JSON.parse(npm(folder, ['config', 'list', '--json'], { env }))
  expect([told.registry, told['fetch-retries'], told.prefix]).toEqual([
    'http://mirror.example:4873/',
    7,
    expect.not.stringContaining('elsewhere'),
  ])
})

it('a registry that does not answer ends in an error', async () => {
  // it takes connections, and says nothing
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await new Promise((resolve) => silent.once('listening', resolve))
  const { port } = silent.address() as AddressInfo
  const env = { PATH: process.env.PATH, HOME: folder, npm_config_registry: `http://127.0.0.1:${port}/` }
  expect(() => npm(folder, ['view', 'something'], { env, patience: 3_000 })).toThrow('ETIMEDOUT')
  silent.close()
})
