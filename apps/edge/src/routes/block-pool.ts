// Buffers of one size that are used again. What bodies are read into and kept in is most of what an isolate would allocate, and a
// buffer that is let go stays until V8 collects, which may be tens of megabytes later.

/** bytes; every block of a body but the last has as many. Each waits for its turn with those that compute, so few are better */
export const BLOCK = 65_536

export interface BlockPool {
  take(): ArrayBuffer
  /** Gives a buffer back that nobody reads any more; one that the platform has taken over is not kept. */
  give(buffer: ArrayBuffer): void
}

/** @param kept buffers that wait to be used again, at most */
export function createBlockPool(kept: number): BlockPool {
  const free: ArrayBuffer[] = []
  return {
    take: () => free.pop() ?? new ArrayBuffer(BLOCK),
    give(buffer) {
      if (buffer.byteLength === BLOCK && free.length < kept) free.push(buffer)
    },
  }
}
