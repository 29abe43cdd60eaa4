// Finds the source for a command line argument.
import { InputError } from '@disranker/stage'
import { folderFiles, folderSource } from './folder-source.ts'
import { icebergRest } from './iceberg-rest.ts'
import { type IcebergCatalogue, icebergFolder, icebergSource } from './iceberg-source.ts'
import { openSearchSource } from './opensearch-source.ts'
import type { RecordSource } from './record-source.ts'
import { type S3Access, s3Bucket } from './s3-bucket.ts'
import { s3Source } from './s3-source.ts'

/**
 * @param from as a person names it: a folder, `s3://bucket/prefix`, or the address of a search engine; for Iceberg tables `iceberg:` and a folder,
 *   an `s3://` prefix, or the address of a REST catalogue with `?warehouse=...&namespace=...`
 * @param environment credentials and the endpoint
 * @param here resolves a path of the user from the user's working directory
 * @throws {InputError} it is none of these, or a variable is missing
 */
export function sourceOf(
  from: string,
  environment: Readonly<Record<string, string | undefined>>,
  here: (path: string) => string,
): RecordSource {
  if (from.startsWith('iceberg:'))
    return icebergSource(catalogueOf(from.slice('iceberg:'.length), environment, here))
  if (isAddress(from))
    return openSearchSource({ url: from, authorization: environment.COLLECT_AUTHORIZATION })
  if (!from.startsWith('s3://')) return folderSource(here(from))
  const { bucket, prefix } = bucketOf(from, environment)
  return s3Source(bucket, prefix)
}

const isAddress = (from: string) => /^https?:\/\//.test(from)

function catalogueOf(
  from: string,
  environment: Readonly<Record<string, string | undefined>>,
  here: (path: string) => string,
): IcebergCatalogue {
  if (isAddress(from)) {
    const { origin, pathname, searchParams } = new URL(from)
    return icebergRest({
      url: `${origin}${pathname}`,
      warehouse: searchParams.get('warehouse') ?? undefined,
      namespace: searchParams.get('namespace') ?? 'default',
      token: environment.ICEBERG_TOKEN,
      access: () => accessOf(from, environment),
    })
  }
  if (!from.startsWith('s3://')) return icebergFolder(folderFiles(here(from)))
  const { bucket, prefix } = bucketOf(from, environment)
  return icebergFolder({
    name: `${bucket.name}/${prefix}`,
    async *list(folder) {
      for await (const { key } of bucket.list(`${prefix}${folder}/`)) yield key.slice(prefix.length)
    },
    get: (name) => bucket.get(`${prefix}${name}`),
  })
}

function bucketOf(from: string, environment: Readonly<Record<string, string | undefined>>) {
  const { hostname, pathname } = new URL(from)
  const path = pathname.replace(/^\/|\/$/g, '')
  return {
    bucket: s3Bucket(hostname, accessOf(from, environment)),
    prefix: path === '' ? '' : `${path}/`,
  }
}

function accessOf(from: string, environment: Readonly<Record<string, string | undefined>>): S3Access {
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
  return { endpoint, accessKeyId, secretAccessKey }
}
