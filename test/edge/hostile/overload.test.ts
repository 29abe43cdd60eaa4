// More requests than there is room for, and requests that take longer than their clients wait, over HTTP against workerd alone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bare, serveBare } from '../served/bare-workerd.ts'
import { exampleFolder } from '../served/served-example.ts'
import { bodyOf } from './mishaps.ts'

let folder: Awaited<ReturnType<typeof exampleFolder>>
let server: Bare
beforeAll(async () => {
  folder = await exampleFolder()
  server = await serveBare({ dist: folder.dist })
})
afterAll(async () => {
  await server?.close()
  folder?.remove()
})

const NO_STORE = { 'cache-control': 'no-store' }
async function ask(body: string, headers: Readonly<Record<string, string>> = {}, { url } = server) {
  const answer = await fetch(`${url}/v2/rerank`, {
    method: 'POST',
    headers: { ...NO_STORE, ...headers },
    body,
  })
  const content = (await answer.json()) as { results?: { index: number }[]; message?: string; meta?: object }
  return { status: answer.status, headers: answer.headers, content }
}
/** of a thousand documents, which take a hundred turns */
const LARGE = bodyOf(1_000, 3, 40)

describe('at the defaults', () => {
  it('three requests of 50 documents at a time are served', async () => {
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all([1, 2, 3].map((seed) => ask(bodyOf(50, 10 * round + seed, 60))))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    }
  })

  it('a request of a few is served next to one of a thousand', async () => {
    const large = ask(LARGE)
    const small = await Promise.all([1, 2, 3].map((seed) => ask(bodyOf(5, seed))))
    expect(small.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await large).status).toBe(200)
  })
})

describe('a request that its client does not wait for', () => {
  it('is a 504 when its time is over, and the next is served', async () => {
    const { status, headers, content } = await ask(LARGE, { 'x-request-timeout': '5' })
    expect([status, content.message]).toEqual([504, expect.stringContaining('was not done in its time')])
    expect(headers.get('retry-after')).toBe('1')
    expect((await ask(bodyOf(5, 1), { 'x-request-timeout': '10000' })).status).toBe(200)
  })

  it.each([
    ['the body', { ...JSON.parse(LARGE), on_error: 'passthrough' }, {}],
    ['the header', JSON.parse(LARGE), { 'x-on-error': 'passthrough' }],
  ])('keeps its order where %s asks for it', async (_, body, wish) => {
    const headers = { 'x-request-timeout': '5', ...wish }
    const answer = await ask(JSON.stringify(body), headers as Record<string, string>)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-disranker-passthrough')).toContain('was not done in its time')
    expect(answer.content.results?.map(({ index }) => index)).toEqual(
      body.documents.map((__: string, at: number) => at),
    )
  })

  it.each([
    ['x-request-timeout', 'soon'],
    ['x-on-error', 'never'],
  ])('is a 400 when %s is "%s"', async (name, value) => {
    const { status, content } = await ask(bodyOf(2, 1), { [name]: value })
    expect([status, content.message]).toEqual([400, expect.stringContaining(`The header ${name} is wrong`)])
  })
})

describe('when there is no room', () => {
  it('refuses before it reads the body, and passes on who takes his own order', async () => {
    const busy = await serveBare({ dist: folder.dist, variables: { MAX_QUEUE_TOKENS: '1' } })
    try {
      expect((await ask(bodyOf(2, 1), {}, busy)).status).toBe(200)
      const running = [1, 2, 3].map(() => ask(LARGE, {}, busy))
      // no JSON at all, of about as many tokens: who reads it would say so
      const noJson = 'x'.repeat(150_000)
      let refused = await ask(noJson, {}, busy)
      for (let tried = 0; tried < 50 && refused.status !== 503; tried++) refused = await ask(noJson, {}, busy)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
      const passed = await ask(bodyOf(200, 2, 40), { 'x-on-error': 'passthrough' }, busy)
      expect(passed.status).toBe(200)
      // whoever came after the first refusal may have been refused, too
      const statuses = (await Promise.all(running)).map(({ status }) => status)
      expect(statuses).toContain(200)
      for (const status of statuses) expect([200, 503]).toContain(status)
    } finally {
      await busy.close()
    }
  })
})

describe('/ready', () => {
  it('answers a burst at a cold start alike', async () => {
    const cold = await serveBare({ dist: folder.dist, assets: { delay: 30, failing: false } })
    try {
      const answers = await Promise.all(
        Array.from({ length: 12 }, async () => {
          const answer = await fetch(`${cold.url}/ready`)
          return [answer.status, await answer.text()]
        }),
      )
      expect(new Set(answers.map(String)).size).toBe(1)
      expect(answers[0]![0]).toBe(200)
    } finally {
      await cold.close()
    }
  })
})
