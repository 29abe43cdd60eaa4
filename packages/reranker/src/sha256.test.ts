import { createHash, getRandomValues } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

it.each([
  ['as Node has it', process],
  ['as browsers and workerd have it', undefined],
])('is the sum of the bytes, %s', async (_, platform) => {
  vi.stubGlobal('process', platform)
  const { sha256 } = await import('./sha256.ts')
  vi.unstubAllGlobals()
  for (const length of [0, 1, 64, 100_000]) {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 60_000) getRandomValues(bytes.subarray(at, at + 60_000))
    for (const encoding of ['hex', 'base64'] as const)
      expect(await sha256(bytes, encoding)).toBe(createHash('sha256').update(bytes).digest(encoding))
  }
})
