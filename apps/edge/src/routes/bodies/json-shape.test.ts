import { describe, expect, it } from 'vitest'
import { jsonShape } from './json-shape.ts'

/** of a text in one block; the same is told of it in blocks of any size */
function flaw(text: string): string | undefined {
  const bytes = new TextEncoder().encode(text)
  const whole = jsonShape().flawIn(bytes)
  for (const size of bytes.length < 1_000 ? [1, 2, 3, 7] : [65_536]) {
    const shape = jsonShape()
    let found: typeof whole
    for (let at = 0; at < bytes.length && found === undefined; at += size)
      found = shape.flawIn(bytes.subarray(at, at + size))
    expect(found).toEqual(whole)
  }
  return whole?.what
}
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('the shape of a body', () => {
  it('may be 64 levels deep', () => {
    expect([flaw(nested(64)), flaw(nested(65))]).toEqual([undefined, 'is nested deeper than 64 levels'])
    expect(flaw('{"a":'.repeat(65))).toBe('is nested deeper than 64 levels')
    // side by side is not deep
    expect(flaw(`[${Array(1_000).fill('[{}]').join()}]`)).toBeUndefined()
  })

  it('is not told by what stands in strings', () => {
    expect(flaw(JSON.stringify({ a: nested(100), [nested(100)]: ','.repeat(300_000) }))).toBeUndefined()
    expect(flaw(JSON.stringify(['\\"'.repeat(3), `\\\\${nested(100)}`, '"'.repeat(70)]))).toBeUndefined()
    expect(flaw(`["\\\\",${nested(64)}]`)).toBe('is nested deeper than 64 levels')
  })

  it('may hold 262,144 values', () => {
    expect(flaw(`[${Array(262_144).fill('1').join()}]`)).toBeUndefined()
    expect(flaw(`[${Array(262_145).fill('1').join()}]`)).toBe('has more than 262144 values')
  })

  it('is told of a string that never ends, and of a million backslashes, in no time', () => {
    expect(flaw(`["${'\\'.repeat(2_000_000)}`)).toBeUndefined()
    expect(flaw(`["${'\\"'.repeat(1_000_000)}`)).toBeUndefined()
  })
})
