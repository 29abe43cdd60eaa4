import { describe, expect, it } from 'vitest'
import { parseKeys } from '../access/keys.ts'
import { createApp } from '../create-app.ts'
import { EXAMPLE, OWN_EXAMPLE } from './page-files.ts'

const KEYS = parseKeys(JSON.stringify({ shop: 'ab'.repeat(32) }))

/** Which file /example.json answers with. */
async function shown(file: string, publishExample: boolean | undefined, keyed: boolean) {
  const assets = {
    fetch: async ({ url }: Request) =>
      new URL(url).pathname === `/${file}` ? new Response(file) : new Response('', { status: 404 }),
  }
  const bundle = () => Promise.reject(new Error('no ranking here'))
  const app = createApp({ bundle, assets, publishExample, access: { keys: keyed ? KEYS : [] } })
  const answer = await app.request('/example.json')
  return answer.status === 200 ? answer.text() : answer.status
}

describe('/example.json', () => {
  it.each([
    // by default the world sees the example that comes with the code, and nothing where keys are
    [EXAMPLE, undefined, false, EXAMPLE],
    [EXAMPLE, undefined, true, 404],
    [OWN_EXAMPLE, undefined, false, 404],
    [OWN_EXAMPLE, undefined, true, 404],
    // what the operator says counts
    [EXAMPLE, true, true, EXAMPLE],
    [OWN_EXAMPLE, true, false, OWN_EXAMPLE],
    [OWN_EXAMPLE, true, true, OWN_EXAMPLE],
    [EXAMPLE, false, false, 404],
  ] as const)('%s, PUBLISH_EXAMPLE %s, keys %s: %s', async (file, publish, keyed, expected) => {
    expect(await shown(file, publish, keyed)).toBe(expected)
  })

  it('is there under no other name', async () => {
    const assets = { fetch: async () => new Response('corpus') }
    const app = createApp({ bundle: () => Promise.reject(new Error()), assets, publishExample: true })
    expect((await app.request(`/${OWN_EXAMPLE}`)).status).toBe(404)
  })
})
