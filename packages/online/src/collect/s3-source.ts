// Files of records in a bucket.
import { isRecorded, isSince, type RecordSource } from './record-source.ts'
import type { S3Bucket } from './s3-bucket.ts'

/**
 * @param prefix of the tables; empty, or ending with a slash
 * @throws {InputError} when used: the bucket refuses, or does not exist
 */
export const s3Source = (bucket: S3Bucket, prefix: string): RecordSource => ({
  name: `${bucket.name}/${prefix}`,
  async *list(since) {
    for await (const { key, tag } of bucket.list(prefix)) {
      const name = key.slice(prefix.length)
      if (isRecorded(name) && isSince(name, since)) yield { name, tag }
    }
  },
  read: ({ name }) => bucket.get(`${prefix}${name}`),
})
