import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAccess, TOKENS_A_UNIT } from './access.ts'
import { parseKeys } from './keys.ts'

const request = (url: string, headers: Record<string, string> = {}) => new Request(url, { headers })
const sum = createHash('sha256').update('secret').digest('hex')
const other = createHash('sha256').update('other').digest('hex')
const bearer = (key = 'secret') => request('https://example.org/', { authorization: `Bearer ${key}` })

describe('a server without keys', () => {
  const local = createAccess({ local: true })

  it.each(['http://localhost:8787/', 'http://127.0.0.1/', 'http://[::1]:99/'])(
    'serves %s, where it listens on loopback',
    async (url) => {
      expect((await local.enter(request(url))).key).toBeUndefined()
      expect((await local.enter(request(url), '::ffff:127.0.0.1')).key).toBeUndefined()
      await expect(createAccess({}).enter(request(url))).rejects.toMatchObject({ status: 401 })
    },
  )

  it.each([
    ['https://disranker.example.workers.dev/', {}, undefined],
    ['http://127.0.0.1.example.org/', {}, undefined],
    ['http://192.168.1.7:8787/', {}, undefined],
    ['http://localhost/', { 'cf-ray': '8f0' }, undefined],
    ['http://localhost/', { 'x-forwarded-for': '192.0.2.1' }, undefined],
    ['http://localhost/', {}, '192.0.2.1'],
    ['http://127.0.0.1/', {}, '::ffff:192.0.2.1'],
  ])('refuses %s %j from %j', async (url, headers, remote) => {
    const asked = local.enter(request(url, headers as Record<string, string>), remote)
    await expect(asked).rejects.toMatchObject({ status: 401 })
  })

  it('serves its own page, and no page of another origin that this machine has open', async () => {
    const asked = (origin: string, origins?: readonly string[]) =>
      createAccess({ local: true, origins })
        .enter(request('http://localhost:8787/', { origin }))
        .then(
          () => 200,
          ({ status }) => status as number,
        )
    expect(await asked('http://localhost:8787')).toBe(200)
    for (const origin of ['https://example.org', 'http://localhost:9999', 'null'])
      expect(await asked(origin)).toBe(401)
    expect(await asked('https://example.org', ['https://example.org'])).toBe(200)
  })

  it('serves everybody where that was asked for', async () => {
    const { enter } = createAccess({ anonymous: true })
    expect((await enter(request('https://example.org/'))).key).toBeUndefined()
  })
})

describe('rate limits', () => {
  /** Lets so many requests of each key through. */
  function upTo(most: number) {
    const seen = new Map<string, number>()
    return {
      seen,
      async limit({ key }: { key: string }) {
        seen.set(key, (seen.get(key) ?? 0) + 1)
        return { success: seen.get(key)! <= most }
      },
    }
  }

  it('count each key by its own limiter or the common one', async () => {
    const [common, slow] = [upTo(1), upTo(1)]
    const keys = parseKeys(JSON.stringify({ web: sum, job: { sha256: other, rateLimit: 'SLOW' } }))
    const access = createAccess({ keys, rateLimiter: (name) => ({ RATE_LIMIT: common, SLOW: slow })[name] })
    expect((await access.enter(bearer())).key).toBe('web')
    await expect(access.enter(bearer())).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
    })
    expect((await access.enter(bearer('other'))).key).toBe('job')
    expect([...common.seen, ...slow.seen]).toEqual([
      ['key web', 2],
      ['key job', 1],
    ])
  })

  it('do not count what costs nothing', async () => {
    const common = upTo(1)
    const keys = parseKeys(JSON.stringify({ web: sum }))
    const access = createAccess({ keys, rateLimiter: (name) => ({ RATE_LIMIT: common })[name] })
    for (let at = 0; at < 5; at++) expect(await access.look(bearer())).toBe('web')
    expect(common.seen.size).toBe(0)
    await expect(access.look(bearer('wrong'))).rejects.toMatchObject({ status: 401 })
  })

  it('count those without a key by their network', async () => {
    const common = upTo(9)
    const rateLimiter = (name: string) => ({ RATE_LIMIT: common })[name]
    const access = createAccess({ anonymous: true, rateLimiter })
    const from = (address: string) =>
      access.enter(request('https://example.org/', { 'cf-connecting-ip': address }))
    for (const address of [
      '192.0.2.1',
      '192.0.2.2',
      '2001:db8:1:2::1',
      '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
      '2001:db8:1:3::1',
      '::ffff:192.0.2.1',
      '::1',
    ])
      await from(address)
    expect([...common.seen]).toEqual([
      ['address 192.0.2.1', 2],
      ['address 192.0.2.2', 1],
      ['address 2001:db8:1:2::/64', 2],
      ['address 2001:db8:1:3::/64', 1],
      ['address 0:0:0:0::/64', 1],
    ])
    await access.enter(request('https://example.org/'), '2001:db8:1:3::9')
    expect(common.seen.get('address 2001:db8:1:3::/64')).toBe(2)
  })

  it('count tokens as well as requests, by the thousand, and refuse the next request past the quota', async () => {
    const [requests, tokens] = [upTo(99), upTo(5)]
    const keys = parseKeys(JSON.stringify({ web: sum, job: other }))
    const access = createAccess({
      keys,
      rateLimiter: (name) => ({ RATE_LIMIT: requests, TOKEN_LIMIT: tokens })[name],
    })
    await (await access.enter(bearer())).spend(4 * TOKENS_A_UNIT)
    expect(tokens.seen.get('tokens key web')).toBe(4)
    await (await access.enter(bearer())).spend(0)
    await expect(access.enter(bearer())).rejects.toMatchObject({
      status: 429,
      message: expect.stringMatching(/tokens/),
    })
    expect((await access.enter(bearer('other'))).key).toBe('job')
  })

  it('that are named and not bound are an error at once, and of a key that came later the common one', async () => {
    const named = { job: { sha256: sum, rateLimit: 'SLOW' } }
    expect(() => createAccess({ keys: parseKeys(JSON.stringify(named)) })).toThrow(/SLOW, which is not bound/)
    const common = upTo(0)
    const access = createAccess({
      keyStore: { get: async () => JSON.stringify(named) },
      rateLimiter: (name) => ({ RATE_LIMIT: common })[name],
    })
    await expect(access.enter(bearer())).rejects.toMatchObject({ status: 429 })
  })
})
