// Which source a word on the command line names.
import { InputError } from '@disranker/stage'
import { folderSource } from './folder-source.ts'
import { openSearchSource } from './opensearch-source.ts'
import type { RecordSource } from './record-source.ts'
import { s3Source } from './s3-source.ts'

/**
 * @param from as a person names it: a folder, `s3://bucket/prefix`, or the address of a search engine
 * @param environment credentials and the endpoint
 * @param here a path that a person typed, from where that person is
 * @throws {InputError} it is none of these, or a variable is missing
 */
export function sourceOf(
  from: string,
  environment: Readonly<Record<string, string | undefined>>,
  here: (path: string) => string,
): RecordSource {
  if (from.startsWith('iceberg:'))
    throw new InputError(
      `${from} is an Iceberg catalogue, which is not read. Wanted: files. Give the pipeline an R2 sink (Parquet or JSON) and name its folder, ` +
        'or export the tables to ubi_queries.parquet and ubi_events.parquet with what reads your catalogue (DuckDB, Spark), and collect their folder.',
    )
  if (/^https?:\/\//.test(from))
    return openSearchSource({ url: from, authorization: environment.COLLECT_AUTHORIZATION })
  if (!from.startsWith('s3://')) return folderSource(here(from))
  const { hostname: bucket, pathname } = new URL(from)
  const path = pathname.replace(/^\/|\/$/g, '')
  const [endpoint, accessKeyId, secretAccessKey] = [
    'S3_ENDPOINT',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ].map((name) => {
    const value = environment[name]
    if (value) return value
    throw new InputError(
      `${name} is not set. Wanted for ${from}: S3_ENDPOINT (of R2: https://<account>.r2.cloudflarestorage.com), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    )
  }) as [string, string, string]
  return s3Source({ endpoint, bucket, prefix: path === '' ? '' : `${path}/`, accessKeyId, secretAccessKey })
}
