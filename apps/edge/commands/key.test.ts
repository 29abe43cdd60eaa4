import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findKey, parseKeys } from '../src/access/keys.ts'

const makeKey = (...words: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('key.ts', import.meta.url)), ...words], {
    encoding: 'utf8',
  })

describe('npm run key', () => {
  it('prints a key, and the entry by which a server knows it', async () => {
    const { status, stdout } = makeKey('shop')
    expect(status).toBe(0)
    const [key, secret] = [/^ {2}(dr_\S{43})$/m.exec(stdout)?.[1], /^ {2}(\{.*\})$/m.exec(stdout)?.[1]]
    expect((await findKey(parseKeys(secret!), `Bearer ${key}`)).name).toBe('shop')
    expect(makeKey('shop').stdout).not.toContain(key)
  })

  it.each([[], ['two words'], ['a"b'], ['x'.repeat(65)]])('says how to name a key: %j', (...words) => {
    const { status, stdout, stderr } = makeKey(...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('name the key')
  })
})
