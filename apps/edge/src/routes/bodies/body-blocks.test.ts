import { describe, expect, it } from 'vitest'
import { BLOCK, createBlockPool } from './block-pool.ts'
import { blocksOf } from './body-blocks.ts'

const bytes = Uint8Array.from({ length: 3 * BLOCK + 5 }, (_, at) => (at * 31) % 251)

const pool = createBlockPool(2)
const never = new Promise<never>(() => {})

/** The bytes in pieces of these sizes again and again. */
function source(sizes: readonly number[], cancelled: () => void) {
  let [at, pieces] = [0, 0]
  return {
    pull(controller: ReadableStreamDefaultController | ReadableByteStreamController) {
      const piece = bytes.slice(at, at + sizes[pieces++ % sizes.length]!)
      at += piece.length
      controller.enqueue(piece)
      if (at >= bytes.length) controller.close()
    },
    cancel: cancelled,
  }
}

describe.each([
  ['bytes', 'bytes' as const],
  ['chunks', undefined],
])('a stream of %s', (_, type) => {
  const streamOf = (sizes: readonly number[], cancelled = () => {}) =>
    new ReadableStream({ type: type as 'bytes', ...source(sizes, cancelled) }) as ReadableStream<Uint8Array>

  it.each([[[1_000, 7, 90_001]], [[BLOCK]], [[bytes.length]]])(
    'comes in full blocks, sent in %j',
    async (sizes) => {
      const lengths: number[] = []
      const read: number[] = []
      for await (const block of blocksOf(streamOf(sizes), never, pool)) {
        lengths.push(block.length)
        read.push(...block)
      }
      expect(lengths).toEqual([BLOCK, BLOCK, BLOCK, 5])
      expect(Uint8Array.from(read)).toEqual(bytes)
    },
  )

  it('is cancelled when its reader has enough', async () => {
    let cancelled = false
    const stream = streamOf([10_000], () => {
      cancelled = true
    })
    for await (const block of blocksOf(stream, never, pool)) if (block.length > 0) break
    expect(cancelled).toBe(true)
  })

  it('is cancelled, too, when the next block is not waited for any more', async () => {
    let cancelled = false
    const stream = new ReadableStream({
      type: type as 'bytes',
      cancel() {
        cancelled = true
      },
    }) as ReadableStream<Uint8Array>
    const blocks = blocksOf(stream, Promise.reject(new Error('too late')), pool)
    await expect(blocks.next()).rejects.toThrow('too late')
    expect(cancelled).toBe(true)
  })
})
