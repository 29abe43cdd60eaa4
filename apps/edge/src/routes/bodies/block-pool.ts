// A pool of buffers of one size. Buffers for bodies are most of what an isolate allocates, and V8 may free an unused buffer only
// after tens of megabytes of further allocations.

/** bytes of a block; every block of a body but the last is full. Each block may wait for computation, so few are faster */
export const BLOCK = 65_536

export interface BlockPool {
  take(): ArrayBuffer
  /** Returns a buffer that is no longer read; a buffer that the platform has detached is not kept. */
  give(buffer: ArrayBuffer): void
  /** The bytes of all blocks in one piece, which is valid until the next call. */
  joined(blocks: readonly Uint8Array[]): Uint8Array
  /** Frees the unused buffers if none was needed for ten seconds. @returns whether it did */
  rest(): boolean
}

/** ms without a large body after which an isolate should free the buffers */
const RESTED = 10_000

/** @param kept maximal number of kept buffers */
export function createBlockPool(kept: number, now: () => number = Date.now): BlockPool {
  let free: ArrayBuffer[] = []
  let whole = new Uint8Array(0)
  let taken = now()
  return {
    take() {
      taken = now()
      return free.pop() ?? new ArrayBuffer(BLOCK)
    },
    rest() {
      if (now() - taken < RESTED) return false
      free = []
      whole = new Uint8Array(0)
      return true
    },
    give(buffer) {
      if (buffer.byteLength === BLOCK && free.length < kept) free.push(buffer)
    },
    joined(blocks) {
      if (blocks.length === 1) return blocks[0]!
      const bytes = blocks.reduce((sum, block) => sum + block.byteLength, 0)
      // in powers of two, so that it is replaced only a few times
      if (whole.byteLength < bytes) whole = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)))
      let at = 0
      for (const block of blocks) {
        whole.set(block, at)
        at += block.byteLength
      }
      return whole.subarray(0, bytes)
    },
  }
}
