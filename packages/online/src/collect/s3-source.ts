// Recorded files in a bucket, through the S3 API that R2, AWS and others speak.
import { InputError } from '@disranker/stage'
import { AwsClient } from 'aws4fetch'
import { XMLParser } from 'fast-xml-parser'
import { isRecorded, isSince, type RecordSource, type RemoteFile } from './record-source.ts'

export interface S3Options {
  /** such as `https://<account>.r2.cloudflarestorage.com` */
  readonly endpoint: string
  readonly bucket: string
  /** below which the tables lie; empty, or ending in a slash */
  readonly prefix: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** `auto` for R2 */
  readonly region?: string
}

interface Listing {
  readonly Contents?: readonly { readonly Key: string; readonly ETag: string }[]
  readonly NextContinuationToken?: string
}

/** @throws {InputError} when used: the bucket refuses, or is not there */
export function s3Source({ endpoint, bucket, prefix, region = 'auto', ...keys }: S3Options): RecordSource {
  const client = new AwsClient({ ...keys, region, service: 's3', retries: 3 })
  const root = `${endpoint.replace(/\/$/, '')}/${bucket}`
  const parser = new XMLParser({ isArray: (name) => name === 'Contents', parseTagValue: false })
  async function get(url: string, what: string): Promise<Response> {
    const answer = await client.fetch(url)
    if (answer.ok) return answer
    const advice =
      answer.status === 403
        ? 'Check the access key and what it may read.'
        : 'Check endpoint, bucket and prefix.'
    throw new InputError(`${what} of ${root} answered ${answer.status}. ${advice}`)
  }
  return {
    name: `${root}/${prefix}`,
    async *list(since) {
      let token: string | undefined
      do {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix,
          ...(token && { 'continuation-token': token }),
        })
        const text = await (await get(`${root}?${query}`, 'The list')).text()
        const { ListBucketResult } = parser.parse(text) as { ListBucketResult: Listing }
        for (const { Key, ETag } of ListBucketResult.Contents ?? []) {
          const name = Key.slice(prefix.length)
          if (isRecorded(name) && isSince(name, since)) yield { name, tag: ETag }
        }
        token = ListBucketResult.NextContinuationToken
      } while (token)
    },
    async read({ name }: RemoteFile) {
      const path = `${prefix}${name}`.split('/').map(encodeURIComponent).join('/')
      return (await get(`${root}/${path}`, `The file ${name}`)).body!
    },
  }
}
