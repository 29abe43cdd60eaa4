// What npm has been told by its user reaches the npm that setup starts: a company's registry, CA file and proxy.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const module = new URL('install-package.ts', import.meta.url).href

it("the npm of setup has its user's global configuration", async () => {
  const home = mkdtempSync(join(tmpdir(), 'setup-'))
  const asked: string[] = []
  const registry = createServer((request, response) => {
    asked.push(request.url!)
    response.writeHead(404).end('{}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => registry.once('listening', resolve))
  try {
    const globalconfig = join(home, 'npmrc')
    writeFileSync(globalconfig, `registry=http://127.0.0.1:${(registry.address() as AddressInfo).port}/\n`)
    const script = `import { installPackage } from ${JSON.stringify(module)}
console.log(installPackage('node', false, ${JSON.stringify(join(home, 'tensorflow'))}))`
    // as `npm run setup:node` starts it, in an environment that says nothing else
    const { PATH, SystemRoot, npm_execpath } = process.env
    const env = { PATH, SystemRoot, npm_execpath, HOME: home, npm_config_globalconfig: globalconfig }
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env })
    let printed = ''
    for await (const text of child.stdout) printed += text
    expect(printed).toContain('404')
    expect(asked).toContain('/@tensorflow%2ftfjs-node')
  } finally {
    registry.close()
    rmSync(home, { recursive: true, force: true })
  }
})
