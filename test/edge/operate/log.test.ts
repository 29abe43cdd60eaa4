// What `wrangler dev` prints at its most talkative while requests of all kinds come: a line each, and no word of theirs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { exampleFolder } from '../served/served-example.ts'

const SECRET = 'xyzzyplugh'
const command = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin',
  'wrangler.js',
)
const app = fileURLToPath(new URL('../../../apps/edge/', import.meta.url))

it('prints ids and figures of every request, never its text', async () => {
  const folder = await exampleFolder()
  const words = [
    'dev',
    '--assets',
    folder.dist,
    '--port',
    '0',
    '--inspector-port',
    '0',
    '--log-level',
    'debug',
    '--env',
    '',
    '--var',
    'ALLOW_LOCAL:true',
  ]
  const env = {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    CI: 'true',
  }
  const child = spawn(process.execPath, [command, ...words], { cwd: app, env, detached: true })
  let printed = ''
  let url: string | undefined
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        printed += text
        url ??= /Ready on (http:\/\/\S+)/.exec(printed)?.[1]
        if (url !== undefined) resolve()
      })
  })
  try {
    await ready
    const body = {
      model: 'disranker',
      query: SECRET,
      documents: [SECRET, { title: SECRET, summary: SECRET }],
    }
    const send = (path: string, text: string) =>
      fetch(`${url}${path}`, { method: 'POST', body: text, headers: { authorization: `Bearer ${SECRET}` } })
    const answers = [
      await send('/v2/rerank', JSON.stringify(body)),
      await send('/v2/rerank', JSON.stringify(body)),
      await send('/v2/rerank', JSON.stringify({ ...body, documents: [SECRET, 3] })),
      await send('/v2/rerank', JSON.stringify({ ...body, model: SECRET })),
      await send('/v1/rerank', `{"query": "${SECRET}`),
      await send('/voyage/v1/rerank', JSON.stringify({ ...body, documents: [SECRET], [SECRET]: 1 })),
      await send(
        '/tei/rerank',
        JSON.stringify({ query: SECRET, texts: [`${SECRET} `.repeat(99)], truncate: false }),
      ),
      await send(`/${SECRET}`, SECRET),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 404, 400, 200, 413, 404])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).not.toContain(SECRET)
    const lines = () => printed.split('\n').filter((line) => line.includes('"event":"request"'))
    // the log comes by a way of its own
    for (let tries = 0; tries < 50 && lines().length < 9; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    expect(lines()).toHaveLength(9)
    // wrangler's own line tells the path that was asked for, which is nothing of ours
    expect(printed.replaceAll(`/${SECRET} `, '')).not.toContain(SECRET)
  } finally {
    const gone = once(child, 'exit')
    process.kill(-child.pid!, 'SIGINT')
    await gone
    folder.remove()
  }
})
