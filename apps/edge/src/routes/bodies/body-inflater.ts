// Inflates compressed bodies block by block into one buffer, no faster than the blocks are read. The platform's stream inflates all
// of its input at once (64 kB can become 67 MB), and Node's throws an uncaught error when it is cancelled. pako is zlib in
// JavaScript, so both servers behave the same. A gzip body may have several members, as RFC 1952 says.
import {
  Z_BUF_ERROR,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
  zlibInflateReset2,
} from 'pako'
import { BLOCK, type BlockPool } from './block-pool.ts'

export type BodyFormat = 'gzip' | 'deflate'

/** zlib's windowBits: the largest window, and 16 for the wrapper of gzip */
const WINDOW = { gzip: 31, deflate: 15 } as const

/** approximate bytes of an inflater without its block: its window and its tables */
export const INFLATER = 49_152
/** maximal number of kept inflaters */
const idle: ZStream[] = []
const MOST_IDLE = 48

/** Frees the unused inflaters. */
export function restInflaters(): void {
  idle.length = 0
}

function takeInflater(format: BodyFormat): ZStream {
  const stream = idle.pop()
  if (stream === undefined) {
    const fresh = new ZStream()
    zlibInflateInit2(fresh, WINDOW[format])
    return fresh
  }
  zlibInflateReset2(stream, WINDOW[format])
  return stream
}

/**
 * A block's bytes are valid until the next block is requested; every block but the last is full.
 * @throws {Error} the bytes are not of that format, or end before it does
 */
export async function* inflated(
  compressed: AsyncIterable<Uint8Array>,
  format: BodyFormat,
  pool: BlockPool,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const stream = takeInflater(format)
  const block = new Uint8Array(pool.take())
  try {
    yield* inflateInto(block, stream, compressed, format)
  } finally {
    pool.give(block.buffer)
    if (idle.length < MOST_IDLE) idle.push(stream)
  }
}

async function* inflateInto(
  block: Uint8Array<ArrayBuffer>,
  stream: ZStream,
  compressed: AsyncIterable<Uint8Array>,
  format: BodyFormat,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  stream.output = block
  stream.next_out = 0
  stream.avail_out = BLOCK
  let ended = false
  for await (const part of compressed) {
    stream.input = part
    stream.next_in = 0
    stream.avail_in = part.byteLength
    // a full block may mean that more is ready
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
