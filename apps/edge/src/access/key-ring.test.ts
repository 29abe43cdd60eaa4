import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createKeyRing } from './key-ring.ts'
import { findKey, parseKeys } from './keys.ts'

/** the name of the key that a bearer opens with, or the status */
const opening = (ring: ReturnType<typeof createKeyRing>, key: string) =>
  ring.find(`Bearer ${key}`).then(
    ({ name }) => name,
    ({ status }) => status as number,
  )

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
      expect([await opening(ring, 'one'), await opening(ring, 'two')]).toEqual(['web', 'job'])
    }
  })

  it('change with the file: a key comes next to the one it takes the place of, then that one goes', async () => {
    let content: string | null = file({ shop: sum('old') })
    const ring = createKeyRing([], { get: async () => content }, 0)
    const opens = (key: string) => opening(ring, key)
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
    await opening(ring, 'key')
    await opening(ring, 'key')
    expect(reads).toBe(1)
  })

  it('hold on when the store fails or its file is wrong, which the log says without a key', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(line))
    let content = file({ shop: sum('key') })
    const ring = createKeyRing([], { get: async () => content }, 0)
    await opening(ring, 'key')
    content = '{"shop": "open-sesame"}'
    expect(await opening(ring, 'key')).toBe('shop')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/keys\.json is wrong at/)
    expect(lines[0]).not.toContain('open-sesame')
  })

  it('are a 503 while they were never read, and let nobody in; a key of the secret opens', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const get = async () => {
      throw new Error('down')
    }
    expect(await opening(createKeyRing([], { get }), 'one')).toBe(503)
    const ring = createKeyRing(parseKeys(file({ web: sum('one') })), { get })
    expect([await opening(ring, 'one'), await opening(ring, 'two')]).toEqual(['web', 503])
    await expect(ring.find(undefined)).rejects.toMatchObject({ status: 401 })
  })

  it('are asked for again soon after the store failed, and then an unknown key is a 401', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    let [time, down, reads] = [0, true, 0]
    const get = async () => {
      reads++
      if (down) throw new Error('down')
      return file({ shop: sum('two') })
    }
    const ring = createKeyRing(parseKeys(file({ web: sum('one') })), { get }, 60_000, () => time)
    expect([await opening(ring, 'two'), await opening(ring, 'two'), reads]).toEqual([503, 503, 1])
    down = false
    time = 5_000
    expect([await opening(ring, 'two'), await opening(ring, 'three')]).toEqual(['shop', 401])
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
