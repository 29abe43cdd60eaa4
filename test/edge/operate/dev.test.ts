// `npm run dev` as a person runs it: the printed URL and curl line work, a taken port is no problem, Ctrl-C leaves nothing.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { RerankAnswer } from '@disranker/edge'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '../served/example-texts.ts'
import { bundleFolder, exampleFolder } from '../served/served-example.ts'

const dev = fileURLToPath(import.meta.resolve('@disranker/edge/dev'))

/** Starts dev.ts in a process group of its own and waits for its last line. */
async function start(
  words: readonly string[],
  port: number,
  from = process.cwd(),
): Promise<{ child: ChildProcess; printed: string }> {
  const child = spawn(process.execPath, [dev, ...words], {
    detached: true,
    env: { ...process.env, PORT: String(port), INIT_CWD: from },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  let printed = ''
  child.stderr!.on('data', (text) => {
    printed += text
  })
  for await (const text of child.stdout!) {
    printed += text
    if (printed.includes('Ctrl-C ends it')) return { child, printed }
  }
  await closed
  throw new Error(`dev.ts ended: ${printed}`)
}

/** Processes of a group that are alive, by /proc. */
function alive(group: number): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false
    try {
      // after the name in brackets: state, parent, group
      const [state, , of] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return state !== 'Z' && Number(of) === group
    } catch {
      return false // it ended meanwhile
    }
  })
}

describe.skipIf(process.platform !== 'linux')('npm run dev', () => {
  it('serves, prints a line that ranks, and goes on Ctrl-C', async () => {
    const folder = await exampleFolder()
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const { child, printed } = await start([folder.dist], port)
    try {
      expect(printed).toContain(`Port ${port} is taken.`)
      const url = /serves (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)![1]!
      const line = printed.split('\n').find((text) => text.startsWith('curl '))!
      // the words a shell makes of the line
      const words = execFileSync('sh', ['-c', line.replace('curl', 'printf "%s\\n"')], {
        encoding: 'utf8',
      }).split('\n')
      expect(words[1]).toBe(`${url}/v2/rerank`)
      const body = words[words.indexOf('-d') + 1]!
      expect(JSON.parse(body).query).toBe(EXAMPLE.queries[2]!.text)
      const response = await fetch(words[1]!, { method: 'POST', body })
      expect(response.status).toBe(200)
      expect(((await response.json()) as RerankAnswer).results).toHaveLength(3)
      expect(alive(child.pid!).length).toBeGreaterThan(1)
    } finally {
      taken.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      process.kill(-child.pid!, 'SIGINT') // what a terminal does on Ctrl-C
      expect(await ended).toBe(0)
      folder.remove()
    }
    expect(alive(child.pid!)).toEqual([])
  })

  it('serves a bundle that lies anywhere', async () => {
    const folder = await exampleFolder()
    const bundle = bundleFolder(folder.dist)
    const { child, printed } = await start(['--bundle', bundle], 18787)
    try {
      const url = /serves (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)![1]!
      const body = JSON.stringify({
        model: 'disranker',
        query: 'a red lamp',
        documents: ['a lamp', 'a boat'],
      })
      const response = await fetch(`${url}/v2/rerank`, { method: 'POST', body })
      expect(response.status).toBe(200)
      expect(((await response.json()) as RerankAnswer).results).toHaveLength(2)
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      process.kill(-child.pid!, 'SIGINT')
      expect(await ended).toBe(0)
      folder.remove()
    }
  })

  it('says what is no bundle', async () => {
    await expect(start(['--bundle', '/nowhere'], 18787)).rejects.toThrow(
      /\/nowhere is no bundle: manifest.json is missing. Make one: npm run import/,
    )
    await expect(start(['--bundle'], 18787)).rejects.toThrow(/--bundle names no folder/)
  })

  it('names the folder that has no model, from where the person is', async () => {
    await expect(start(['nowhere'], 18787, '/somewhere')).rejects.toThrow(
      /\/somewhere\/nowhere has no example.json/,
    )
  })
})
