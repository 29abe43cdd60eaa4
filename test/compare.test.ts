// npm run compare with real bundles and real kept runs: what it shows is what they rank, votes become judgements that the pairs stage
// reads, and the page is accessible.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSide, readQueries, startCompare } from '@disranker/compare'
import { type Pairs, readPairs, readQrels } from '@disranker/dataset'
import { keepRuns } from '@disranker/metrics'
import { writeRanked } from '@disranker/ranking'
import { loadReranker } from '@disranker/reranker'
import { runStage } from '@disranker/stage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEveryBrowser } from './browser/in-every-browser.ts'
import { barriers, openPage } from './browser/open-page.ts'
import { randomBundle } from './edge/served/served-example.ts'
import { writeCorpus } from './tiny/corpus.ts'
import { makePairs } from './tiny/pipeline.ts'

let home: string
let pairs: Pairs
const at = (...parts: string[]) => join(home, ...parts)

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'compare-'))
  writeCorpus(at('in'))
  await makePairs(home)
  pairs = readPairs(at('pairs'))
  for (const [name, seed] of Object.entries({ one: 1, two: 2 })) {
    mkdirSync(at(name))
    for (const [file, bytes] of Object.entries(randomBundle(seed))) writeFileSync(at(name, file), bytes)
  }
  // two runs: what the first stage ranks, and a stage without a part in serving, which is not what is compared
  for (const [row, role] of [
    ['served', 'served'],
    ['other', 'baseline'],
  ] as const)
    await runStage({
      name: row,
      out: at(row),
      inputs: {},
      recipe: {},
      async run({ folder }) {
        mkdirSync(join(folder, 'runs'))
        writeRanked(folder, { row, role, what: row, lexicalWeight: 0 })
        for (const split of ['test', 'validation'])
          cpSync(at('pairs', `first-stage.${split}.run`), join(folder, 'runs', `${split}.run`))
        return {}
      },
    })
  keepRuns({ other: at('other'), served: at('served') }, at('kept'), 'before')
  writeFileSync(at('queries.txt'), 'a red boat for a lake\na pot for the kitchen\nxyzzy\n')
})
afterAll(() => {
  pairs?.close()
  rmSync(home, { recursive: true, force: true })
})

async function serve(a: string, b: string, more: { blind?: boolean; queries?: string } = {}) {
  const sides = [await openSide(a, at('kept')), await openSide(b, at('kept'))] as const
  const test = [...pairs.queries].filter(({ split }) => split === 'test')
  const queries = more.queries === undefined ? test : readQueries(more.queries)
  const out = mkdtempSync(at('votes-'))
  const blind = more.blind === true
  const server = await startCompare({ sides, queries, pairs, out, blind, port: 0 })
  const vote = (fields: Record<string, string>, origin = server.url) =>
    fetch(`${server.url}/vote`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin },
      redirect: 'manual',
    })
  return { ...server, out, first: queries[0]!, vote }
}
const get = async (url: string) => (await fetch(url)).text()
/** ids of the documents of both lists, left then right */
const listed = (html: string) =>
  [...html.matchAll(/<ol>(.*?)<\/ol>/gs)].map(([, list]) =>
    [...list!.matchAll(/name="document" value="([^"]+)"/g)].map(([, id]) => id!),
  )

describe('two bundles', () => {
  it('are shown with the orders that they give, on own queries', async () => {
    const server = await serve(at('one'), at('two'), { queries: at('queries.txt') })
    try {
      expect(server.queries).toBe(3)
      const html = await get(server.url)
      const [left, right] = listed(html)
      expect(left).toHaveLength(10)
      expect(left).not.toEqual(right)
      for (const [list, seed] of [
        [left, 1],
        [right, 2],
      ] as const) {
        const reranker = await loadReranker(randomBundle(seed))
        const documents = list!.map((id) => pairs.documents.get(id)!)
        const { results } = await reranker.rank(server.first.text, documents)
        expect(results.map(({ index }) => index)).toEqual(documents.map((_, at) => at))
        await reranker.dispose()
      }
      expect(html).toMatch(/<h2>one<\/h2>.*<h2>two<\/h2>/s)
      expect(await get(`${server.url}/?at=2`)).toContain('It ranks nothing for this query.')
    } finally {
      await server.close()
    }
  })

  it('have no names where it is blind, and change sides', async () => {
    const server = await serve(at('one'), at('two'), { blind: true })
    const open = await serve(at('one'), at('two'))
    try {
      const sides = new Set<string>()
      for (let query = 0; query < 8; query++) {
        const [hidden, shown] = [
          await get(`${server.url}/?at=${query}`),
          await get(`${open.url}/?at=${query}`),
        ]
        expect(hidden).not.toMatch(/<h2>(one|two)<\/h2>/)
        const [blind, known] = [listed(hidden), listed(shown)]
        expect([...blind].sort()).toEqual([...known].sort())
        sides.add(blind[0]!.join() === known[0]!.join() ? 'as they are' : 'swapped')
      }
      expect(sides.size).toBe(2)
    } finally {
      await Promise.all([server.close(), open.close()])
    }
  })
})

describe('votes', () => {
  it('are judgements on the disk at once, which the pairs stage reads, and decide which is better', async () => {
    const server = await serve(at('one'), at('two'), { queries: at('queries.txt') })
    try {
      const [left, right] = listed(await get(server.url))
      const documents = [...new Set([...left!, ...right!])]
      for (const [grade, document] of documents.entries()) {
        const answer = await server.vote({ at: '0', document, grade: String(grade % 4), anchor: 'd' })
        expect([answer.status, answer.headers.get('location')]).toEqual([303, '/?at=0#d'])
      }
      await server.vote({ at: '0', document: documents[0]!, grade: '3', anchor: '' })
      const grades = readQrels(join(server.out, 'qrels.txt')).get(server.first.id)!
      expect([...grades]).toEqual(documents.map((id, at) => [id, at === 0 ? 3 : at % 4]))
      expect(await get(server.url)).toContain(
        `${documents.length} of ${documents.length} documents have a grade`,
      )
      expect(await get(`${server.url}/result`)).toMatch(
        /On 1 judged queries two is .* one: nDCG@10 0\.\d+ against/,
      )
      // brought in as they are, they are what a split is judged by
      const again = at('again')
      writeCorpus(join(again, 'in'))
      for (const file of ['queries.jsonl', 'qrels.txt']) {
        const into = join(again, 'in', file)
        writeFileSync(into, readFileSync(into, 'utf8') + readFileSync(join(server.out, file), 'utf8'))
      }
      await makePairs(again)
      const read = readPairs(join(again, 'pairs'))
      expect(read.judgements.get(server.first.id)?.get(documents[0]!)).toBe(3)
      read.close()
    } finally {
      await server.close()
    }
  })

  it('are taken from this page alone, and of what it shows', async () => {
    const server = await serve(at('one'), at('two'))
    try {
      const [[document]] = listed(await get(server.url)) as [[string]]
      const fields = { at: '0', document, grade: '1' }
      expect((await server.vote(fields, 'https://evil.example')).status).toBe(403)
      for (const wrong of [{ grade: '4' }, { grade: '' }, { document: 'none' }, { at: '9999' }, { at: 'x' }])
        expect((await server.vote({ ...fields, ...wrong })).status).toBe(400)
      expect((await server.vote({ ...fields, document: 'x'.repeat(20_000) })).status).toBe(413)
      expect((await fetch(`${server.url}/vote`)).status).toBe(404)
      expect((await fetch(server.url, { method: 'PUT' })).status).toBe(405)
      expect(() => readFileSync(join(server.out, 'qrels.txt'))).toThrow('ENOENT')
      expect((await server.vote(fields)).status).toBe(303)
    } finally {
      await server.close()
    }
  })
})

describe('a kept run', () => {
  it('is shown as it was ranked, next to a bundle, for the queries that it has', async () => {
    const server = await serve('before', at('one'))
    try {
      const [left] = listed(await get(server.url))
      const rows = pairs.firstStage('test').get(server.first.id)!
      expect(left).toEqual(rows.slice(0, 10).map(({ document }) => document))
    } finally {
      await server.close()
    }
    await expect(serve('before', at('one'), { queries: at('queries.txt') })).rejects.toThrow(
      'Of 3 queries none is ranked by both',
    )
    await expect(serve('nowhere', at('one'))).rejects.toThrow(
      '"nowhere" is no bundle and no kept run. Wanted: a folder with model.onnx, or one of before.',
    )
  })
})

inEveryBrowser('the page of a comparison', (browser) => {
  it.each([
    { width: 1280, height: 800, colorScheme: 'light' },
    { width: 390, height: 844, colorScheme: 'dark' },
  ] as const)('is voted on by hand: $width, $colorScheme', async ({ width, height, colorScheme }) => {
    const server = await serve(at('one'), at('two'), { blind: true })
    try {
      const { page, bad } = await openPage(browser(), server.url, {
        viewport: { width, height },
        colorScheme,
      })
      expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(width)
      expect(await barriers(page)).toEqual([])
      await page
        .getByRole('button', { name: /^2, relevant: / })
        .first()
        .click()
      await page.locator('button[aria-pressed="true"]').first().waitFor()
      expect(await page.locator('button[aria-pressed="true"]').first().textContent()).toBe('2')
      expect([...readQrels(join(server.out, 'qrels.txt')).get(server.first.id)!.values()]).toEqual([2])
      await page.getByRole('link', { name: 'Next query' }).click()
      await page.getByText('Query 2 of').waitFor()
      await page.getByRole('link', { name: 'Result' }).click()
      await page.getByText('No query is completely judged yet').waitFor()
      expect(await barriers(page)).toEqual([])
      expect(bad.filter((one) => !one.includes('favicon') && !one.includes('404'))).toEqual([])
      await page.close()
    } finally {
      await server.close()
    }
  })
})
