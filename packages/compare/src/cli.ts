// `npm run compare -- <a> <b> [--queries file] [--blind]`: two bundles, or two kept runs, side by side on
// your own queries; the user's grades become judgements in TREC's form.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readPairs } from '@disranker/dataset'
import { InputError, runProgram } from '@disranker/stage'
import { openSide, type Side } from './open-side.ts'
import { readQueries, testQueries } from './read-queries.ts'
import { startCompare } from './start-compare.ts'

const USAGE = `npm run compare -- <a> <b> [options]
  <a>, <b>          a bundle's folder, or the name of a kept run (npm run keep -- <name>)
  --queries <file>  a query on each line, or JSON lines of id and text; by default the test queries
  --blind           hides which list belongs to which
  --out <folder>    where the votes go: qrels.txt and queries.jsonl; by default compare/
  --pairs <folder>  documents and first stage; by default packages/dataset/out/pairs
  --port <number>   by default 8788`

const packages = fileURLToPath(new URL('../..', import.meta.url))
// npm runs this in the root of the repository
const here = (path: string) => resolve(process.env.INIT_CWD ?? '.', path)

async function run(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: {
      queries: { type: 'string' },
      blind: { type: 'boolean', default: false },
      out: { type: 'string', default: 'compare' },
      pairs: { type: 'string' },
      port: { type: 'string', default: '8788' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  })
  if (values.help) return console.log(USAGE)
  const [a, b, ...more] = positionals
  if (a === undefined || b === undefined || more.length > 0)
    throw new InputError(`Wanted two to compare.\n${USAGE}`)
  const port = Number(values.port)
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536))
    throw new InputError(`--port is "${values.port}". Wanted: a whole number from 0 to 65535.`)
  const pairs = readPairs(
    values.pairs === undefined ? join(packages, 'dataset/out/pairs') : here(values.pairs),
  )
  const kept = join(packages, 'metrics/kept')
  // the name of a kept run is not a folder here
  const open = (named: string) => openSide(existsSync(here(named)) ? here(named) : named, kept)
  const sides = nameApart(await open(a), await open(b))
  const queries = values.queries === undefined ? testQueries(pairs) : readQueries(here(values.queries))
  const out = here(values.out)
  const server = await startCompare({ sides, queries, pairs, out, blind: values.blind, port })
  console.log(
    `compare: ${server.queries} queries, ${server.url}\ncompare: grades go to ${out}/qrels.txt as you give them. Ctrl-C ends it.`,
  )
  const stop = () => {
    pairs.close()
    void server.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
}

/** Two of the same name would be one in the report. */
const nameApart = (a: Side, b: Side): [Side, Side] =>
  a.name === b.name
    ? [
        { ...a, name: `${a.name} (a)` },
        { ...b, name: `${b.name} (b)` },
      ]
    : [a, b]

await runProgram('compare', run)
