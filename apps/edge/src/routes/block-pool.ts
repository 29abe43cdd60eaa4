// A pool of buffers of one size. Buffers for bodies are most of what an isolate allocates, and V8 may free an unused buffer only
// after tens of megabytes of further allocations.

/** bytes of a block; every block of a body but the last is full. Each block may wait for computation, so few are faster */
export const BLOCK = 65_536

export interface BlockPool {
  take(): ArrayBuffer
  /** Returns a buffer that is no longer read; a buffer that the platform has detached is not kept. */
  give(buffer: ArrayBuffer): void
}

/** @param kept most free buffers that are kept */
export function createBlockPool(kept: number): BlockPool {
  const free: ArrayBuffer[] = []
  return {
    take: () => free.pop() ?? new ArrayBuffer(BLOCK),
    give(buffer) {
      if (buffer.byteLength === BLOCK && free.length < kept) free.push(buffer)
    },
  }
}
