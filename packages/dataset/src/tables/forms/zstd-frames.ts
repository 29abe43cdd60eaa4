// Checks that a zstd file is complete, by the sizes of its frames and blocks (RFC 8878), without
// decompressing it.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const MAGIC = 0xfd2fb528
const CHECKSUM = 4 // bytes

/** @returns the number of complete frames in the file, or the problem */
export function countFrames(file: string): number | 'cut' | 'broken' {
  const handle = openSync(file, 'r')
  try {
    const end = fstatSync(handle).size
    const buffer = Buffer.alloc(18)
    let at = 0
    let frames = 0
    const read = (length: number) => {
      if (at + length > end) return undefined
      readSync(handle, buffer, 0, length, at)
      at += length
      return buffer
    }
    while (at < end) {
      const magic = read(4)?.readUInt32LE()
      if (magic === undefined) return 'cut'
      if (magic >>> 4 === 0x184d2a5) {
        const size = read(4)?.readUInt32LE()
        if (size === undefined) return 'cut'
        at += size
        continue
      }
      if (magic !== MAGIC) return 'broken'
      frames++
      const descriptor = read(1)?.[0]
      if (descriptor === undefined) return 'cut'
      at += headerLength(descriptor)
      for (let last = false; !last; ) {
        const header = read(3)?.readUIntLE(0, 3)
        if (header === undefined) return 'cut'
        last = (header & 1) === 1
        const kind = (header >> 1) & 3
        if (kind === 3) return 'broken'
        // a block of one repeated byte stores only that byte
        at += kind === 1 ? 1 : header >> 3
      }
      if ((descriptor & 4) !== 0) at += CHECKSUM
    }
    return at > end ? 'cut' : frames
  } finally {
    closeSync(handle)
  }
}

/** bytes of a frame's header after its descriptor: window, dictionary and content size */
function headerLength(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0
  const dictionary = [0, 1, 2, 4][descriptor & 3]!
  const content = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  return (single ? 0 : 1) + dictionary + content
}
