// Reads a body in blocks of bounded size, all in the same memory. workerd does not release the memory of buffers of several
// megabytes after they are freed (25 MB after eight bodies of 4 MB), nor that of a body that is read in one piece.
import { BLOCK, type BlockPool } from './block-pool.ts'

/** workerd's own, older than the standard's `read(view, { min })`: waits until the view is full, or the stream ends */
interface BlockReader extends ReadableStreamBYOBReader {
  readAtLeast(
    bytes: number,
    view: Uint8Array<ArrayBuffer>,
  ): Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>
}

/**
 * A block's bytes are valid until the next block is requested. A stream that is not read to its end is cancelled.
 * @param stop rejects when reading should end
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

/** @returns undefined if the stream cannot fill a given view, like those of Node and of an inflater */
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
