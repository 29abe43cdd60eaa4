// A catalogue of Iceberg tables through its REST API (iceberg.apache.org, rest-catalog-open-api), which R2
// Data Catalog, Polaris, Lakekeeper and others implement.
import { InputError } from '@disranker/stage'
import type { TableMetadata } from 'icebird/src/types.js'
import type { IcebergCatalogue } from './iceberg-source.ts'
import { type S3Access, s3Bucket } from './s3-bucket.ts'

export interface RestOptions {
  /** such as `https://catalog.cloudflarestorage.com/<account>/<bucket>` */
  readonly url: string
  readonly warehouse: string | undefined
  /** parts of a nested one, separated by dots */
  readonly namespace: string
  readonly token: string | undefined
  /** for the tables' files, if the catalogue returns no keys for them */
  readonly access: () => S3Access
}

interface LoadedTable {
  readonly metadata: TableMetadata
  readonly config?: Readonly<Record<string, string>>
}

/** separator of the parts of a namespace, by the specification */
const SEPARATOR = '\u001f'

/** @throws {InputError} when used: the catalogue refuses, or a file of a table is in no bucket */
export function icebergRest({ url, warehouse, namespace, token, access }: RestOptions): IcebergCatalogue {
  const root = url.replace(/\/$/, '')
  const headers = {
    'x-iceberg-access-delegation': 'vended-credentials',
    ...(token && { authorization: `Bearer ${token}` }),
  }
  async function ask(path: string): Promise<Response> {
    const answer = await fetch(`${root}/v1/${path}`, { headers })
    if (answer.ok || answer.status === 404) return answer
    const advice =
      answer.status === 401 || answer.status === 403 ? ' Set ICEBERG_TOKEN to a token that may read it.' : ''
    throw new InputError(`The catalogue ${root} answered ${answer.status} for ${path}.${advice}`)
  }
  async function prefixOf(): Promise<string> {
    const query = warehouse === undefined ? '' : `?warehouse=${encodeURIComponent(warehouse)}`
    const answer = await ask(`config${query}`)
    if (!answer.ok)
      throw new InputError(`There is no Iceberg catalogue at ${root}, or no warehouse ${warehouse}.`)
    const { overrides, defaults } = (await answer.json()) as Record<
      string,
      Record<string, string> | undefined
    >
    const prefix = overrides?.prefix ?? defaults?.prefix
    return prefix === undefined ? '' : `${prefix}/`
  }
  return {
    name: `${root} ${namespace}`,
    async open(table) {
      const space = encodeURIComponent(namespace.split('.').join(SEPARATOR))
      const answer = await ask(`${await prefixOf()}namespaces/${space}/tables/${table}`)
      if (!answer.ok) return undefined
      const { metadata, config = {} } = (await answer.json()) as LoadedTable
      const keys = accessFrom(config) ?? access()
      return {
        metadata,
        read(path) {
          const { protocol, hostname, pathname } = new URL(path)
          if (!/^s3[an]?:$/.test(protocol))
            throw new InputError(`${root} ${table} has the file ${path}. Wanted: files in a bucket (s3://).`)
          return s3Bucket(hostname, keys).get(decodeURIComponent(pathname.slice(1)))
        },
      }
    },
  }
}

/** The keys that a catalogue gives for the files of a table. */
function accessFrom(config: Readonly<Record<string, string>>): S3Access | undefined {
  const [endpoint, accessKeyId, secretAccessKey] = [
    's3.endpoint',
    's3.access-key-id',
    's3.secret-access-key',
  ].map((name) => config[name])
  if (!endpoint || !accessKeyId || !secretAccessKey) return undefined
  return {
    endpoint,
    accessKeyId,
    secretAccessKey,
    sessionToken: config['s3.session-token'],
    region: config['s3.region'] ?? config['client.region'],
  }
}
