// Decompresses a file. zstd is read frame by frame: Node's decompressor stops after the first frame, and
// accepts a truncated file as complete.
import { createReadStream } from 'node:fs'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { compressionOf } from '../../input/input-files.ts'

/** Reads the whole file, or with `most` at least its first bytes. */
export async function eachPart(
  file: string,
  use: (bytes: Uint8Array) => void,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  let length = 0
  for await (const bytes of decompressed(file)) {
    use(bytes)
    length += bytes.length
    if (length >= most) return
  }
}

function decompressed(file: string): AsyncIterable<Uint8Array> {
  const compression = compressionOf(file)
  const bytes = createReadStream(file, { highWaterMark: 1 << 20 })
  if (compression === 'none') return bytes
  const decompress = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  bytes.on('error', (error) => decompress.destroy(error))
  return bytes.pipe(decompress)
}
