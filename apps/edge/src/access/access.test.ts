import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAccess } from './access.ts'
import { parseKeys } from './keys.ts'

const request = (url: string, headers: Record<string, string> = {}) => new Request(url, { headers })
const sum = createHash('sha256').update('secret').digest('hex')

describe('a server without keys', () => {
  it.each(['http://localhost:8787/', 'http://127.0.0.1/', 'http://[::1]:99/'])('serves %s', async (url) => {
    expect(await createAccess({})(request(url))).toBeUndefined()
  })

  it.each([
    ['https://disranker.example.workers.dev/', {}],
    ['http://127.0.0.1.example.org/', {}],
    ['http://192.168.1.7:8787/', {}],
    ['http://localhost/', { 'cf-ray': '8f0' }],
  ])('refuses %s %j', async (url, headers) => {
    await expect(createAccess({})(request(url, headers))).rejects.toMatchObject({ status: 401 })
  })

  it('serves everybody where that was asked for', async () => {
    expect(await createAccess({ anonymous: true })(request('https://example.org/'))).toBeUndefined()
  })
})

describe('rate limits', () => {
  /** Lets one request of each key through. */
  function once() {
    const seen = new Set<string>()
    return {
      seen,
      limit: async ({ key }: { key: string }) => ({ success: !seen.has(key) && Boolean(seen.add(key)) }),
    }
  }

  it('count each key by its own limiter or the common one', async () => {
    const [common, slow] = [once(), once()]
    const keys = parseKeys(
      JSON.stringify({ web: sum, job: { sha256: sum.replace(/^./, '0'), rateLimit: 'SLOW' } }),
    )
    const access = createAccess({ keys, rateLimiter: (name) => ({ RATE_LIMIT: common, SLOW: slow })[name] })
    const asked = () => access(request('https://example.org/', { authorization: 'Bearer secret' }))
    expect(await asked()).toBe('web')
    await expect(asked()).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
    expect([...common.seen, ...slow.seen]).toEqual(['key web'])
  })

  it('count those without a key by their address', async () => {
    const common = once()
    const access = createAccess({ anonymous: true, rateLimiter: () => common })
    await access(request('https://example.org/', { 'cf-connecting-ip': '192.0.2.1' }))
    await access(request('https://example.org/', { 'cf-connecting-ip': '192.0.2.2' }))
    expect([...common.seen]).toEqual(['address 192.0.2.1', 'address 192.0.2.2'])
  })

  it('that are named and not bound are an error at once', () => {
    const keys = parseKeys(JSON.stringify({ job: { sha256: sum, rateLimit: 'SLOW' } }))
    expect(() => createAccess({ keys })).toThrow(/SLOW, which is not bound/)
  })
})
