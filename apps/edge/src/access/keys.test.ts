import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { findKey, parseKeys } from './keys.ts'

const sum = (key: string) => createHash('sha256').update(key).digest('hex')
const keys = parseKeys(
  JSON.stringify({
    web: sum('open sesame!'.replaceAll(' ', '-')),
    job: { sha256: sum('two'), rateLimit: 'SLOW' },
  }),
)

describe('keys', () => {
  it('are found by their sum, under their name', async () => {
    expect((await findKey(keys, 'Bearer open-sesame!')).name).toBe('web')
    expect(await findKey(keys, 'bearer  two ')).toMatchObject({ name: 'job', rateLimit: 'SLOW' })
  })

  it.each([
    [undefined, /wants a key/],
    ['', /wants a key/],
    ['Basic two', /wants a key/],
    ['Bearer ', /wants a key/],
    ['Bearer tw', /not one of this server/],
    ['Bearer two2', /not one of this server/],
    [`Bearer ${sum('two')}`, /not one of this server/],
  ])('refuse %j', async (header, message) => {
    await expect(findKey(keys, header)).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(message),
      headers: { 'www-authenticate': 'Bearer' },
    })
  })

  it('do not open to the empty key', async () => {
    await expect(findKey(parseKeys(JSON.stringify({ empty: sum('') })), undefined)).rejects.toMatchObject({
      status: 401,
    })
  })
})

describe('the secret', () => {
  it.each([
    ['', /is empty/],
    ['secret', /is not JSON/],
    ['{}', /names no key/],
    ['[]', /is wrong at ""/],
    [JSON.stringify({ web: 'plain text' }), /is wrong at "web"/],
    [JSON.stringify({ 'a b': sum('x') }), /is wrong at "a b"/],
  ])('%j is refused, without being repeated', (secret, message) => {
    expect(() => parseKeys(secret)).toThrow(message)
    expect(() => parseKeys(secret)).not.toThrow(/plain text/)
  })
})
