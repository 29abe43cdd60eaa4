// TensorFlow.js's wasm module with a memory that threads can share. The module defines its memory itself; one
// bit of the definition says whether it is shared, which the threads of this package need.
import { webAssembly } from './web-assembly.ts'

const MEMORY_SECTION = 5
const WITH_MAXIMUM = 1
const SHARED_WITH_MAXIMUM = 3

/**
 * While `start` runs, a module that is instantiated from bytes gets a shared memory, if its memory has a
 * maximum.
 */
export async function withSharedMemory<T>(start: () => Promise<T>): Promise<T> {
  const { instantiate } = webAssembly
  webAssembly.instantiate = (bytes, imports) => instantiate(sharing(bytes), imports)
  try {
    return await start()
  } finally {
    webAssembly.instantiate = instantiate
  }
}

/** The module with a shared memory; any other bytes unchanged. */
export function sharing(bytes: Uint8Array): Uint8Array {
  for (let at = 8; at < bytes.length; ) {
    const section = bytes[at++]
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      size |= (byte & 127) << shift
      if (byte < 128) break
    }
    // a count of one memory, then its flags
    if (section === MEMORY_SECTION && bytes[at] === 1 && bytes[at + 1] === WITH_MAXIMUM) {
      const changed = Uint8Array.from(bytes)
      changed[at + 1] = SHARED_WITH_MAXIMUM
      return changed
    }
    at += size
  }
  return bytes
}
