// `npm run dev`: serves dist/ (or the folder in its argument) in workerd on this machine, and prints the
// address with a curl line to paste. `npm run dev -- --bundle DIR` serves any bundle folder, such as one of
// `npm run import`. PORT chooses another port than 8787. Ctrl-C ends it.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Example } from '../page/example.ts'
import { EXAMPLE, OWN_EXAMPLE } from '../src/routes/page-files.ts'
import { assemble } from './assets/assemble.ts'
import { curlLine } from './curl-line.ts'
import { freePort, serve } from './serve.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const USAGE = `dev: npm run dev [-- <folder>]
  <folder>        a dist/ to serve; by default that of apps/edge
  --bundle <dir>  a bundle instead, like one of npm run import
  PORT            the port, by default 8787`

async function dev([first, second]: readonly string[]): Promise<void> {
  if (first === '--help' || first === '-h') return console.log(USAGE)
  if (first?.startsWith('-') && first !== '--bundle')
    throw new Error(`There is no option ${first}.\n${USAGE}`)
  const named = first === undefined || first === '--bundle' ? undefined : fromCaller(first)
  const dist = named ?? (first === undefined ? here('../dist') : await fromBundle(second))
  const file = [EXAMPLE, OWN_EXAMPLE].map((name) => join(dist, name)).find(existsSync)
  if (file === undefined)
    throw new Error(
      named === undefined
        ? 'There is no model to serve yet. Run "npm start" (or "npx turbo run train") first.'
        : `${named} has no ${EXAMPLE}. Wanted: a dist/ as "npx turbo run train" makes it, or --bundle and the folder of a bundle.`,
    )
  const example: Example = JSON.parse(readFileSync(file, 'utf8'))
  const wanted = Number(process.env.PORT || 8787)
  if (!(Number.isInteger(wanted) && wanted > 0 && wanted < 65_536))
    throw new Error(`PORT is "${process.env.PORT}": wanted a whole number from 1 to 65535.`)
  const port = await freePort(wanted)
  // only this machine can reach it
  const server = await serve({ dist, port, variables: { PUBLISH_EXAMPLE: 'true', SEARCH_ORIGINS: '*' } })
  let closing = false
  const close = async () => {
    if (closing) process.exit(130) // a second Ctrl-C ends it at once
    closing = true
    await server.close()
    process.exit(0)
  }
  // wrangler's own listeners exit with 130 at once; a server that was asked to end has not failed
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal).on(signal, close)
  if (port !== wanted) console.log(`Port ${wanted} is taken.`)
  console.log(`\nDisRanker serves ${server.url}\n\n${curlLine(server.url, example)}\n\nCtrl-C ends it.`)
}

/** npm runs this in another folder than the user's. */
const fromCaller = (folder: string) => resolve(process.env.INIT_CWD ?? '.', folder)

/** A new folder to serve, with a bundle in it. */
async function fromBundle(named: string | undefined): Promise<string> {
  if (named === undefined) throw new Error('--bundle names no folder. Wanted: npm run dev -- --bundle DIR.')
  const bundle = fromCaller(named)
  if (!existsSync(join(bundle, 'manifest.json')))
    throw new Error(
      `${bundle} is no bundle: manifest.json is missing. Make one: npm run import -- <model> --out ${named}.`,
    )
  const out = here('../out/dev')
  mkdirSync(dirname(out), { recursive: true })
  await assemble({ bundle, example: exampleOf(bundle), out })
  return out
}

/** A bundle has one known pair; the page takes the user's own documents. */
function exampleOf(bundle: string): Example {
  const read = (name: string) => readFileSync(join(bundle, name), 'utf8')
  const { known } = JSON.parse(read('config.json')).disranker
  const { query = 'a question', document = { title: '', summary: 'an answer' } } = known ?? {}
  return {
    embedded: true,
    documents: [{ id: '1', ...document }],
    corpusSize: 1,
    queries: [{ id: '1', text: query, grades: { 1: 1 } }],
    attribution: read('README.md'),
  }
}

dev(process.argv.slice(2)).catch((error) => {
  console.error(`dev: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
