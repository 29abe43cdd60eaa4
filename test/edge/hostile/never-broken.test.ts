// What the internet does to a server, against workerd alone: connections reset while a request waits, computes or loads, slow
// files, a runtime that traps. The next ranking answers with the same scores, every time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bare, reset, serveBare } from '../served/bare-workerd.ts'
import { exampleFolder } from '../served/served-example.ts'
import { bodyOf, client, happen, KNOWN, mishaps, rank, scoresOf, trapping } from './mishaps.ts'

/** the engine that can trap: the fused encoder, which is the default, takes no memory and has no state but its weights */
const ONNXRUNTIME = { ENGINE: 'onnxruntime' }

let folder: Awaited<ReturnType<typeof exampleFolder>>
/** of KNOWN, by engine: the last digits differ */
const scores = new Map<string, unknown>()

beforeAll(async () => {
  folder = await exampleFolder()
  for (const engine of ['auto', 'onnxruntime']) {
    const server = await serveBare({ dist: folder.dist, variables: { ENGINE: engine } })
    const { status, text } = await rank(server.url, KNOWN)
    expect(status).toBe(200)
    scores.set(engine, scoresOf(text))
    await server.close()
  }
})
afterAll(() => folder?.remove())

/** Starts a server for a test, and sees at its end that it ranks as ever. */
async function surviving(
  options: Omit<Parameters<typeof serveBare>[0], 'dist'>,
  work: (server: Bare) => Promise<void>,
): Promise<void> {
  const server = await serveBare({ dist: folder.dist, ...options })
  const expected = scores.get(options.variables?.ENGINE ?? 'auto')
  try {
    await work(server)
    for (let time = 0; time < 3; time++) {
      const { status, text } = await rank(server.url, KNOWN)
      expect([status, status === 200 ? scoresOf(text) : text]).toEqual([200, expected])
    }
    expect((await fetch(`${server.url}/ready`)).status).toBe(200)
    expect(server.alive()).toBe(true)
  } finally {
    await server.close()
  }
}

describe('a Worker ranks on', () => {
  it('under six clients at a time', () =>
    surviving({}, async ({ url }) => {
      const answered = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((at) => client(url, at, (round) => round < 30)),
      )
      const statuses = new Map<number, number>()
      for (const [status, count] of answered.flatMap((one) => [...one]))
        statuses.set(status, (statuses.get(status) ?? 0) + count)
      const refused = statuses.get(503) ?? 0
      expect(statuses).toEqual(
        new Map([[200, 180 - refused], ...(refused > 0 ? ([[503, refused]] as const) : [])]),
      )
      expect(refused).toBeLessThan(90)
    }))

  it('after clients that reset while they wait and while they compute', () =>
    surviving({}, async ({ url, port }) => {
      await rank(url, KNOWN)
      for (let round = 0; round < 8; round++) {
        const busy = rank(url, bodyOf(200, round, 30)).catch(() => undefined)
        await Promise.all(
          [1, 4, 9, 20].map((after) => reset(port, '/v2/rerank', bodyOf(60, after, 20), after)),
        )
        await busy
      }
    }))

  it('after clients that reset while the model loads, and on /ready', async () => {
    for (const after of [1, 120])
      await surviving({ assets: { delay: 50, failing: false } }, async ({ port }) => {
        await Promise.all([
          reset(port, '/v2/rerank', KNOWN, after),
          reset(port, '/ready', undefined, after),
          reset(port, '/v2/rerank', bodyOf(9, 2), after + 20),
        ])
      })
  })

  it('while files come slowly and when they do not come at all', () => {
    const assets = { delay: 400, failing: false }
    return surviving({ assets }, async ({ url }) => {
      assets.failing = true
      expect((await rank(url, KNOWN)).status).toBe(503)
      assets.failing = false
      const answers = await Promise.all([1, 2, 3, 4].map((seed) => rank(url, bodyOf(3, seed))))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    })
  })

  it('when the runtime traps', () =>
    // every fifth call of what only OrtRun has, eight parameters
    surviving({ prelude: trapping(5), variables: ONNXRUNTIME }, async ({ url }) => {
      for (let round = 0; round < 6; round++) {
        const { status, text } = await rank(url, KNOWN)
        expect([status, scoresOf(text)]).toEqual([200, scores.get('onnxruntime')])
      }
    }))

  it('after random mixes of all that', () => {
    const assets = { delay: 5, failing: false }
    return surviving({ assets, prelude: trapping(23), variables: ONNXRUNTIME }, async (server) => {
      for (const mix of mishaps(40, 5)) {
        await Promise.all(mix.map((one) => happen(server, one)))
        const { status, text } = await rank(server.url, KNOWN)
        expect([status, status === 200 ? scoresOf(text) : text]).toEqual([200, scores.get('onnxruntime')])
      }
    })
  })
})
