// `npm run dev`: serves dist/ (or the folder named as its argument) in workerd on this machine, and prints where, with a
// curl line to paste. PORT names another port than 8787. Ctrl-C ends it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Example } from '../page/example.ts'
import { EXAMPLE, OWN_EXAMPLE } from '../src/routes/page-files.ts'
import { curlLine } from './curl-line.ts'
import { freePort, serve } from './serve.ts'

const dist = process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url))

async function dev(): Promise<void> {
  const file = [EXAMPLE, OWN_EXAMPLE].map((name) => join(dist, name)).find(existsSync)
  if (file === undefined)
    throw new Error('There is no model to serve yet. Run "npm start" (or "npx turbo run train") first.')
  const example: Example = JSON.parse(readFileSync(file, 'utf8'))
  const wanted = Number(process.env.PORT || 8787)
  if (!(Number.isInteger(wanted) && wanted > 0 && wanted < 65_536))
    throw new Error(`PORT is "${process.env.PORT}": wanted a whole number from 1 to 65535.`)
  const port = await freePort(wanted)
  // only this machine sees it
  const server = await serve({ dist, port, variables: { PUBLISH_EXAMPLE: 'true' } })
  let closing = false
  const close = async () => {
    if (closing) process.exit(130) // a second Ctrl-C does not wait
    closing = true
    await server.close()
    process.exit(0)
  }
  // wrangler's own listeners leave with 130 at once; a server that was asked to end has not failed
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal).on(signal, close)
  if (port !== wanted) console.log(`Port ${wanted} is taken.`)
  console.log(`\nDisRanker serves ${server.url}\n\n${curlLine(server.url, example)}\n\nCtrl-C ends it.`)
}

dev().catch((error) => {
  console.error(`dev: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
