// `npm run collect -- <source> [--since 2026-11-01] [--into folder]`: copies the Worker's records to the
// folder from which the next training and the report on an experiment read them. A source is a folder,
// s3://bucket/prefix (with S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), the address of
// OpenSearch or Elasticsearch (with COLLECT_AUTHORIZATION), or Iceberg tables: iceberg: and a folder, an
// s3:// prefix, or the address of a REST catalogue with ?warehouse=...&namespace=... (with ICEBERG_TOKEN).
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InputError } from '@disranker/stage'
import { collect, sourceOf } from '../src/collect/index.ts'

const USAGE =
  'npm run collect -- <folder | s3://bucket/prefix | https://search.example:9200 | iceberg:...> [--since 2026-11-01] [--into folder]'
const own = fileURLToPath(new URL('../../dataset/in', import.meta.url))
// npm runs this in another folder than the user's
const here = (path: string) => resolve(process.env.INIT_CWD ?? '.', path)

async function run(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { since: { type: 'string' }, into: { type: 'string' } },
    allowPositionals: true,
  })
  const [from, ...more] = positionals
  if (from === undefined || more.length > 0) throw new InputError(`Wanted: ${USAGE}`)
  const since = values.since === undefined ? undefined : new Date(values.since)
  if (since !== undefined && Number.isNaN(since.getTime()))
    throw new InputError(`--since is "${values.since}". Wanted: a date such as 2026-11-01.`)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const into = values.into === undefined ? own : here(values.into)
  const { brought, known, removed } = await collect({
    source: sourceOf(from, process.env, here),
    into,
    since,
    signal: stop.signal,
    say: console.log,
  })
  const rewritten = removed === 0 ? '' : `, ${removed} were rewritten and removed`
  console.log(`collect: ${brought} files brought, ${known} were here already${rewritten} -> ${into}`)
  if (brought + known === 0)
    console.log(
      from.startsWith('iceberg:')
        ? `collect: ${from} has no rows in tables of the names ubi_queries and ubi_events.`
        : `collect: ${from} has no recorded file${since === undefined ? '' : ' of that time'}. Wanted: ubi_queries and ubi_events in it, folders of .jsonl, .ndjson, .json (also .gz) or .parquet files. Name the folder or the prefix that has both.`,
    )
}

run(process.argv.slice(2)).catch((error: unknown) => {
  const code = String((error as { code?: string })?.code)
  const expected = error instanceof InputError || code.startsWith('ERR_PARSE_ARGS')
  const stopped = (error as Error)?.name === 'AbortError'
  console.error(
    `collect: ${stopped ? 'stopped. Run the same command again to continue.' : expected ? (error as Error).message : ((error as Error)?.stack ?? error)}`,
  )
  process.exitCode = stopped ? 130 : 1
})
