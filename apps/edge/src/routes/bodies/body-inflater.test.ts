import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { BLOCK, createBlockPool } from './block-pool.ts'
import { type BodyFormat, inflated } from './body-inflater.ts'

// neither constant nor random: it becomes a tenth
const text = Buffer.from(Array.from({ length: 60_000 }, (_, at) => `${(at * 7919) % 1009},`).join(''))

const pool = createBlockPool(2)

/** Bytes in parts of one size. */
async function* parts(bytes: Uint8Array, size: number, given = (_: number) => {}) {
  for (let at = 0; at < bytes.length; at += size) {
    given(Math.min(bytes.length, at + size))
    yield bytes.subarray(at, at + size)
  }
}

async function inflate(bytes: Uint8Array, size: number, format: BodyFormat = 'gzip') {
  const lengths: number[] = []
  const all: Buffer[] = []
  for await (const block of inflated(parts(bytes, size), format, pool)) {
    lengths.push(block.length)
    all.push(Buffer.from(block))
  }
  expect(lengths.slice(0, -1).every((length) => length === BLOCK)).toBe(true)
  return Buffer.concat(all)
}

describe.each([1, 7, 1_000, BLOCK])('in parts of %i bytes', (size) => {
  it('gives back what was compressed, in full blocks', async () => {
    for (const whole of [text, text.subarray(0, 2 * BLOCK), text.subarray(0, 1), text.subarray(0, 0)]) {
      expect((await inflate(gzipSync(whole), size)).equals(whole)).toBe(true)
      expect((await inflate(deflateSync(whole), size, 'deflate')).equals(whole)).toBe(true)
    }
  })

  it('reads all members of a gzip body, as RFC 1952 has them', async () => {
    const members = [text.subarray(0, BLOCK), text.subarray(0, 0), text.subarray(0, 9_000)]
    const bytes = Buffer.concat(members.map((member) => gzipSync(member)))
    expect((await inflate(bytes, size)).equals(Buffer.concat(members))).toBe(true)
  })

  it.each<[string, Uint8Array, BodyFormat]>([
    ['that end too early', gzipSync(text).subarray(0, -8), 'gzip'],
    ['with a wrong sum', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8, 1)]), 'gzip'],
    ['of another format', deflateSync(text), 'gzip'],
    ['with more behind the end', Buffer.concat([gzipSync(text), Buffer.from('more')]), 'gzip'],
    ['with more behind the end of deflate', Buffer.concat([deflateSync(text), deflateSync(text)]), 'deflate'],
    ['that are none', Buffer.alloc(0), 'gzip'],
  ])('refuses bytes %s', async (_, bytes, format) => {
    await expect(inflate(bytes, size, format)).rejects.toThrow()
  })
})

it('inflates no more than is read: a megabyte of zeros stays a kilobyte', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * BLOCK))
  let given = 0
  const blocks = inflated(
    parts(bomb, 100, (bytes) => {
      given = bytes
    }),
    'gzip',
    pool,
  )
  await blocks.next()
  await blocks.next()
  await blocks.return(undefined)
  expect(given).toBeLessThan(bomb.length / 10)
})
