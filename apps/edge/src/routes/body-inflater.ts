// Compressed bodies, inflated block by block into one buffer, no faster than somebody reads: a stream of the platform inflates all
// that it was given at once (64 kB can become 67 MB), and Node's throws where nothing catches it when it is cancelled. pako is
// zlib in JavaScript, so both servers do the same. A gzip body may have several members, as RFC 1952 says.
import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako'
import { BLOCK } from './body-blocks.ts'

export type BodyFormat = 'gzip' | 'deflate'

/** zlib's windowBits: the largest window, and 16 for the wrapper of gzip */
const WINDOW = { gzip: 31, deflate: 15 } as const

/**
 * A block's bytes are valid until the next one is asked for; every block but the last is full.
 * @throws {Error} the bytes are not of that format, or end before it does
 */
export async function* inflated(
  compressed: AsyncIterable<Uint8Array>,
  format: BodyFormat,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const stream = new ZStream()
  zlibInflateInit2(stream, WINDOW[format])
  const block = new Uint8Array(BLOCK)
  stream.output = block
  stream.next_out = 0
  stream.avail_out = BLOCK
  let ended = false
  for await (const part of compressed) {
    stream.input = part
    stream.next_in = 0
    stream.avail_in = part.byteLength
    // a full block may hide that more is ready
    for (let full = false; stream.avail_in > 0 || full; ) {
      if (ended) {
        if (format === 'deflate') throw new Error('There are bytes after the end.')
        zlibInflateReset(stream)
        ended = false
      }
      const status = zlibInflate(stream, Z_NO_FLUSH)
      if (status !== Z_OK && status !== Z_STREAM_END && status !== Z_BUF_ERROR)
        throw new Error(`zlib says ${status}: ${stream.msg}`)
      ended = status === Z_STREAM_END
      full = stream.avail_out === 0
      if (!full) {
        if (!ended) break
        continue
      }
      yield block
      stream.next_out = 0
      stream.avail_out = BLOCK
      if (ended) full = false
    }
  }
  if (!ended) throw new Error('The bytes end too early.')
  if (stream.next_out > 0) yield block.subarray(0, stream.next_out)
}
