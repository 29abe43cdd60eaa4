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

  it('prints one that ends', async () => {
    const { stdout } = makeKey('shop', '--expires', '2027-01-31')
    const [key, secret] = [/^ {2}(dr_\S{43})$/m.exec(stdout)?.[1], /^ {2}(\{.*\})$/m.exec(stdout)?.[1]]
    const open = (at: string) => findKey(parseKeys(secret!), `Bearer ${key}`, Date.parse(at))
    expect((await open('2027-01-30')).name).toBe('shop')
    await expect(open('2027-01-31')).rejects.toMatchObject({ status: 401 })
    expect(makeKey('shop', '--expires', 'soon').status).toBe(2)
  })

  it.each([[], ['two words'], ['a"b'], ['x'.repeat(65)]])('says how to name a key: %j', (...words) => {
    const { status, stdout, stderr } = makeKey(...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('name the key')
  })
})
