// A bucket through the S3 API of R2, AWS and others: lists and reads its objects.
import { InputError } from '@disranker/stage'
import { AwsClient } from 'aws4fetch'
import { XMLParser } from 'fast-xml-parser'

export interface S3Access {
  /** such as `https://<account>.r2.cloudflarestorage.com` */
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** `auto` for R2 */
  readonly region?: string | undefined
}

export interface S3Bucket {
  /** its address, for messages */
  readonly name: string
  list(prefix: string): AsyncIterable<{ readonly key: string; readonly tag: string }>
  get(key: string): Promise<AsyncIterable<Uint8Array>>
}

interface Listing {
  readonly Contents?: readonly { readonly Key: string; readonly ETag: string }[]
  readonly NextContinuationToken?: string
}

/** @throws {InputError} when used: the bucket refuses, or does not exist */
export function s3Bucket(
  bucket: string,
  { endpoint, region = 'auto', sessionToken, ...keys }: S3Access,
): S3Bucket {
  const client = new AwsClient({
    ...keys,
    ...(sessionToken && { sessionToken }),
    region,
    service: 's3',
    retries: 3,
  })
  const root = `${endpoint.replace(/\/$/, '')}/${bucket}`
  const parser = new XMLParser({ isArray: (name) => name === 'Contents', parseTagValue: false })
  async function request(url: string, what: string): Promise<Response> {
    const answer = await client.fetch(url)
    if (answer.ok) return answer
    const advice =
      answer.status === 403
        ? 'Check the access key and its permissions.'
        : 'Check endpoint, bucket and prefix.'
    throw new InputError(`${what} of ${root} answered ${answer.status}. ${advice}`)
  }
  return {
    name: root,
    async *list(prefix) {
      let token: string | undefined
      do {
        const query = new URLSearchParams({
          'list-type': '2',
          prefix,
          ...(token && { 'continuation-token': token }),
        })
        const text = await (await request(`${root}?${query}`, 'The list')).text()
        const { ListBucketResult } = parser.parse(text) as { ListBucketResult: Listing }
        for (const { Key, ETag } of ListBucketResult.Contents ?? []) yield { key: Key, tag: ETag }
        token = ListBucketResult.NextContinuationToken
      } while (token)
    },
    async get(key) {
      const path = key.split('/').map(encodeURIComponent).join('/')
      return (await request(`${root}/${path}`, `The file ${key}`)).body!
    },
  }
}
