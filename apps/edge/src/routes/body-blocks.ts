// A body in blocks of bounded size, each in the same memory as the one before. workerd keeps what it allocates for buffers of
// megabytes when they are long gone (25 MB after eight bodies of 4 MB), and so it does for a body read in one piece.
import { BLOCK, type BlockPool } from './block-pool.ts'

/** workerd's own, older than the standard's `read(view, { min })`: waits until the view is full, or the stream ends */
interface BlockReader extends ReadableStreamBYOBReader {
  readAtLeast(
    bytes: number,
    view: Uint8Array<ArrayBuffer>,
  ): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>
}

/**
 * A block's bytes are valid until the next one is asked for. A stream that is not read to its end is cancelled.
 * @param stop rejects when the next block is not waited for any more
 */
export async function* blocksOf(
  stream: ReadableStream<Uint8Array>,
  stop: Promise<never>,
  pool: BlockPool,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = blockReader(stream)
  if (reader !== undefined) yield* filledBlocks(reader, stop, pool)
  else yield* copiedBlocks(stream.getReader(), stop, pool)
}

/** @returns undefined: the stream does not fill a given view, as Node's and an inflater's do not */
function blockReader(stream: ReadableStream<Uint8Array>): BlockReader | undefined {
  let reader: ReadableStreamBYOBReader
  try {
    reader = stream.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
  if ('readAtLeast' in reader) return reader as BlockReader
  reader.releaseLock()
  return undefined
}

async function* filledBlocks(
  reader: BlockReader,
  stop: Promise<never>,
  pool: BlockPool,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let buffer = pool.take()
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.readAtLeast(BLOCK, new Uint8Array(buffer)), stop])
      if (value !== undefined) buffer = value.buffer
      if (value !== undefined && value.byteLength > 0) yield value
      if (done || value === undefined) return
    }
  } finally {
    pool.give(buffer)
    reader.cancel().catch(() => {})
  }
}

async function* copiedBlocks(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  stop: Promise<never>,
  pool: BlockPool,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const block = new Uint8Array(pool.take())
  let filled = 0
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), stop])
      if (done) break
      for (let at = 0; at < value.byteLength; ) {
        const part = value.subarray(at, at + BLOCK - filled)
        block.set(part, filled)
        at += part.byteLength
        filled += part.byteLength
        if (filled < BLOCK) continue
        yield block
        filled = 0
      }
    }
    if (filled > 0) yield block.subarray(0, filled)
  } finally {
    pool.give(block.buffer)
    reader.cancel().catch(() => {})
  }
}
