// `npm run collect -- <source> [--since 2026-11-01] [--into folder]`: what the Worker recorded, to where the next training and the report
// on an experiment read it. A source is a folder, s3://bucket/prefix (with S3_ENDPOINT, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or
// the address of OpenSearch or Elasticsearch (with COLLECT_AUTHORIZATION).
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { InputError } from '@disranker/stage'
import { collect, folderSource, openSearchSource, type RecordSource, s3Source } from '../src/collect/index.ts'

const USAGE =
  'npm run collect -- <folder | s3://bucket/prefix | https://search.example:9200> [--since 2026-11-01] [--into folder]'
const own = fileURLToPath(new URL('../../dataset/in', import.meta.url))
// npm runs this elsewhere than where the person is
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
  const { brought, known } = await collect({
    source: sourceOf(from),
    into,
    since,
    signal: stop.signal,
    say: console.log,
  })
  console.log(`collect: ${brought} files brought, ${known} were here already -> ${into}`)
}

function sourceOf(from: string): RecordSource {
  if (/^https?:\/\//.test(from))
    return openSearchSource({ url: from, authorization: process.env.COLLECT_AUTHORIZATION })
  if (!from.startsWith('s3://')) return folderSource(here(from))
  const { hostname: bucket, pathname } = new URL(from)
  const path = pathname.replace(/^\/|\/$/g, '')
  const [endpoint, accessKeyId, secretAccessKey] = [
    'S3_ENDPOINT',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ].map((name) => {
    const value = process.env[name]
    if (value) return value
    throw new InputError(
      `${name} is not set. Wanted for ${from}: S3_ENDPOINT (of R2: https://<account>.r2.cloudflarestorage.com), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    )
  }) as [string, string, string]
  return s3Source({ endpoint, bucket, prefix: path === '' ? '' : `${path}/`, accessKeyId, secretAccessKey })
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
