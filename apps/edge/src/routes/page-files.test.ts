import { describe, expect, it } from 'vitest'
import { parseKeys } from '../access/keys.ts'
import { createApp } from '../create-app.ts'
import { EXAMPLE, FIRST, OWN_EXAMPLE, OWN_FIRST } from './page-files.ts'

const KEYS = parseKeys(JSON.stringify({ shop: 'ab'.repeat(32) }))

const FIRST_OF = { [EXAMPLE]: FIRST, [OWN_EXAMPLE]: OWN_FIRST }

/** Which file /example.json answers with. */
async function shown(file: keyof typeof FIRST_OF, publishExample: boolean | undefined, keyed: boolean) {
  const assets = {
    fetch: async ({ url }: Request) =>
      new Response(
        ...({ [`/${file}`]: [file], [`/${FIRST_OF[file]}`]: ['{"first":true}'] }[new URL(url).pathname] ??
          (['', { status: 404 }] as const)),
      ),
  }
  const bundle = () => Promise.reject(new Error('no ranking here'))
  const app = createApp({ bundle, assets, publishExample, access: { keys: keyed ? KEYS : [] } })
  const answer = await app.request('/example.json')
  const first = await (await app.request('/page.json')).json()
  // the first part is shown where the whole is
  expect(first).toMatchObject({ key: keyed, example: answer.status === 200 ? { first: true } : null })
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
    for (const name of [OWN_EXAMPLE, FIRST, OWN_FIRST])
      expect((await app.request(`/${name}`)).status).toBe(404)
  })
})
