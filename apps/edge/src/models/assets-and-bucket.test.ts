import { describe, expect, it, vi } from 'vitest'
import { type Assets, assetsAndBucket, type Bucket } from './assets-and-bucket.ts'

const [A, B] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb']
const pointer = (current: string, source: string, versions = [current], since?: string) =>
  JSON.stringify({
    m: { current, since, versions: Object.fromEntries(versions.map((version) => [version, { source }])) },
  })

const assetsOf = (files: Record<string, string>): Assets => ({
  fetch: async (request) => {
    const text = files[new URL(request.url).pathname.slice(1)]
    return text === undefined ? new Response(null, { status: 404 }) : new Response(text)
  },
})
const bucketOf = (files: Record<string, string>): Bucket => ({
  get: async (key) => {
    const text = files[key]
    return text === undefined
      ? null
      : { arrayBuffer: async () => new TextEncoder().encode(text).buffer as ArrayBuffer }
  },
})
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

describe('models of static assets', () => {
  it('are those that models.json points to', async () => {
    const store = assetsAndBucket(
      assetsOf({ 'models.json': pointer(A, 'assets'), [`models/m/${A}/x`]: 'content' }),
    )
    expect(await store.index()).toEqual([{ id: 'm', version: A }])
    expect(text(await store.file({ id: 'm', version: A }, 'x'))).toBe('content')
    await expect(store.file({ id: 'm', version: A }, 'y')).rejects.toThrow('is not among the static assets')
  })

  it.each([
    [{}, 'there is no models.json'],
    [{ 'models.json': '{' }, 'models.json is not JSON'],
    [{ 'models.json': '{}' }, 'names no model'],
    [{ 'models.json': pointer(A, 'ftp') }, 'models.json: m.versions'],
    [{ 'models.json': pointer('latest', 'assets') }, 'models.json: m.current'],
    [{ 'models.json': pointer(A, 'assets', [B]) }, 'current is not among the versions'],
  ])('that are wrong are a 503 with a reason: %j', async (files, message) => {
    await expect(assetsAndBucket(assetsOf(files)).index()).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining(message),
    })
  })
})

describe('models of a bucket', () => {
  it('go before those of the assets, and are looked at again when the time is over', async () => {
    const files: Record<string, string> = {
      'models.json': pointer(B, 'r2'),
      [`models/m/${B}/x`]: 'from the bucket',
    }
    const assets = assetsOf({ 'models.json': pointer(A, 'assets') })
    const store = assetsAndBucket(assets, bucketOf(files), 0)
    expect(await store.index()).toEqual([{ id: 'm', version: B }])
    expect(text(await store.file({ id: 'm', version: B }, 'x'))).toBe('from the bucket')
    const slow = assetsAndBucket(assets, bucketOf(files), 60_000)
    await slow.index()
    files['models.json'] = pointer(A, 'r2')
    expect(await store.index()).toEqual([{ id: 'm', version: A }])
    expect(await slow.index()).toEqual([{ id: 'm', version: B }])
  })

  it('are served or those of the assets, whichever was pointed to last', async () => {
    const [early, late] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']
    const served = async (own?: string, theirs?: string) => {
      const store = assetsAndBucket(
        assetsOf({ 'models.json': pointer(A, 'assets', [A], own), [`models/m/${A}/x`]: 'own' }),
        bucketOf({ 'models.json': pointer(B, 'r2', [B], theirs), [`models/m/${B}/x`]: 'theirs' }),
      )
      // requests that began on the other version finish on it
      expect(text(await store.file({ id: 'm', version: A }, 'x'))).toBe('own')
      expect(text(await store.file({ id: 'm', version: B }, 'x'))).toBe('theirs')
      return (await store.index())[0]!.version
    }
    expect(await Promise.all([served(early, late), served(late, early), served(late), served()])).toEqual([
      B,
      A,
      A,
      B,
    ])
  })

  it('that fail on a cold start leave those of the assets, and come when they can be read', async () => {
    let failing = true
    const bucket = bucketOf({ 'models.json': pointer(B, 'r2') })
    const store = assetsAndBucket(
      assetsOf({ 'models.json': pointer(A, 'assets') }),
      { get: (key) => (failing ? Promise.reject(new Error('R2 is away')) : bucket.get(key)) },
      0,
    )
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await store.index()).toEqual([{ id: 'm', version: A }])
    expect(log).toHaveBeenCalledWith(expect.stringContaining('R2 is away'))
    log.mockRestore()
    failing = false
    expect(await store.index()).toEqual([{ id: 'm', version: B }])
  })

  it('stay as they were while their pointer is wrong, and that is logged', async () => {
    const files: Record<string, string> = { 'models.json': pointer(B, 'r2') }
    const store = assetsAndBucket(assetsOf({}), bucketOf(files), 0)
    await store.index()
    files['models.json'] = 'torn'
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await store.index()).toEqual([{ id: 'm', version: B }])
    expect(log).toHaveBeenCalledWith(expect.stringContaining('is not JSON'))
    log.mockRestore()
  })
})
