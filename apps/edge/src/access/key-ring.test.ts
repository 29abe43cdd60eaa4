import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createKeyRing } from './key-ring.ts'
import { findKey, parseKeys } from './keys.ts'

const sum = (key: string) => createHash('sha256').update(key).digest('hex')
const file = (keys: object) => JSON.stringify(keys)
const bearer = (key: string) => `Bearer ${key}`

afterEach(() => void vi.restoreAllMocks())

describe('the keys that hold now', () => {
  it('are those of the secret and of the store, of KV and R2 alike', async () => {
    const own = parseKeys(file({ web: sum('one') }))
    const text = file({ job: sum('two') })
    for (const found of [text, { text: async () => text }]) {
      const ring = createKeyRing(own, { get: async () => found })
      expect((await ring.keys()).map(({ name }) => name)).toEqual(['web', 'job'])
    }
  })

  it('change with the file: a key comes beside the one it takes the place of, then that one goes', async () => {
    let content: string | null = file({ shop: sum('old') })
    const ring = createKeyRing([], { get: async () => content }, 0)
    const opens = async (key: string) =>
      findKey(await ring.keys(), bearer(key)).then(
        ({ name }) => name,
        ({ status }) => status,
      )
    expect([await opens('old'), await opens('new')]).toEqual(['shop', 401])
    content = file({ shop: [sum('old'), { sha256: sum('new') }] })
    expect([await opens('old'), await opens('new')]).toEqual(['shop', 'shop'])
    content = file({ shop: sum('new') })
    expect([await opens('old'), await opens('new')]).toEqual([401, 'shop'])
    content = null
    expect(await opens('new')).toBe(401)
    expect(ring.closed).toBe(true)
  })

  it('are good for a while', async () => {
    let reads = 0
    const get = async () => {
      reads++
      return file({ shop: sum('key') })
    }
    const ring = createKeyRing([], { get })
    await ring.keys()
    await ring.keys()
    expect(reads).toBe(1)
  })

  it('hold on when the store fails or its file is wrong, which the log says without a key', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line))
    let content = file({ shop: sum('key') })
    const ring = createKeyRing([], { get: async () => content }, 0)
    await ring.keys()
    content = '{"shop": "open-sesame"}'
    expect(await ring.keys()).toHaveLength(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/keys\.json is wrong at/)
    expect(lines[0]).not.toContain('open-sesame')
  })

  it('are a 503 while they were never read, not an open door', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const get = async () => {
      throw new Error('down')
    }
    await expect(createKeyRing([], { get }).keys()).rejects.toMatchObject({ status: 503 })
    const own = parseKeys(file({ web: sum('one') }))
    expect(await createKeyRing(own, { get }).keys()).toEqual(own)
  })
})

describe('a key with an end', () => {
  it('opens until then', async () => {
    const keys = parseKeys(
      file({
        shop: { sha256: sum('a'), expires: '2027-01-31' },
        job: { sha256: sum('b'), expires: '2027-01-31T12:00:00+02:00' },
      }),
    )
    expect((await findKey(keys, bearer('a'), Date.parse('2027-01-30T23:59:59Z'))).name).toBe('shop')
    await expect(findKey(keys, bearer('a'), Date.parse('2027-01-31'))).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(/has expired/),
    })
    expect((await findKey(keys, bearer('b'), Date.parse('2027-01-31T09:59:59Z'))).name).toBe('job')
    await expect(findKey(keys, bearer('b'), Date.parse('2027-01-31T10:00:00Z'))).rejects.toThrow(/expired/)
    expect(() => parseKeys(file({ shop: { sha256: sum('a'), expires: 'soon' } }))).toThrow(/"shop/)
  })
})
