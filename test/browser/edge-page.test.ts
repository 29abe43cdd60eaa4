// The page at / in a real Chromium, over the real Worker.
import type { Served } from '@disranker/edge/serve'
import type { BrowserContextOptions, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLE } from '../edge/served/example-texts.ts'
import { keysOf, serveExample } from '../edge/served/served-example.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { barriers, openPage, ranked } from './open-page.ts'

let server: Served

beforeAll(async () => {
  server = await serveExample()
})
afterAll(() => server?.close())

const titles = (page: Page, list: string) => page.locator(`${list} .title`).allTextContents()

/** Rows of a list that can be seen without scrolling. */
const inSight = (page: Page, list: string) =>
  page.locator(`${list} li`).evaluateAll(
    (rows) =>
      rows.filter((row) => {
        const { height, bottom } = row.getBoundingClientRect()
        return height > 0 && bottom <= innerHeight
      }).length,
  )

inEveryBrowser('the page', (browser) => {
  const open = (url: string, options?: BrowserContextOptions) => openPage(browser(), url, options)

  it('shows a first query before and after, from this host alone, under a strict policy', async () => {
    const { page, bad } = await open(server.url, { viewport: { width: 1280, height: 800 } })
    await ranked(page)
    expect(await page.locator('#query').inputValue()).toBe(EXAMPLE.queries[0]!.text)
    expect(await page.locator('#before li').count()).toBe(50)
    expect((await titles(page, '#after')).toSorted()).toEqual((await titles(page, '#before')).toSorted())
    expect(await page.locator('#before .title').first().textContent()).toBe('Careless buffer in the kernel')
    expect(await page.locator('#before .grade').first().textContent()).toBe('grade 3')
    // "the" is in most of the documents
    const marks = new Set(await page.locator('#before mark').allTextContents())
    expect([...marks].toSorted()).toEqual(['buffer', 'end', 'kernel', 'memory', 'of', 'past'])
    expect(await page.locator('#status').textContent()).toMatch(
      /^The best judged document \(grade 3\) (goes from 1 to \d+|stays at 1); \d+ of 50 moved\.$/,
    )
    expect(await page.locator('#how').textContent()).toMatch(
      /^rerank \d+ ms to the edge and back, cache: (miss|hit); \d+ tokens; disranker@[0-9a-f]{12}\.$/,
    )
    expect(await page.locator('#attribution').textContent()).toBe(EXAMPLE.attribution)
    const policy = (await page.request.get(server.url)).headers()['content-security-policy']
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  it.each([
    { width: 1280, height: 800, linesShown: true },
    { width: 390, height: 844, linesShown: false },
  ])('has the comparison on its first screen: $width x $height', async ({ width, height, linesShown }) => {
    const { page, bad } = await open(server.url, { viewport: { width, height } })
    await ranked(page)
    expect([await inSight(page, '#before'), await inSight(page, '#after')]).toEqual([10, 10])
    const [left, right] = [
      await page.locator('#before').boundingBox(),
      await page.locator('#after').boundingBox(),
    ]
    expect(left!.x + left!.width).toBeLessThanOrEqual(right!.x)
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(width)
    expect(await page.locator('html').evaluate((html) => html.scrollHeight)).toBeLessThan(2 * height)
    expect(await page.locator('#lines').isVisible()).toBe(linesShown)
    await page.getByRole('button', { name: 'All 50' }).click()
    expect(await page.locator('#after li:visible').count()).toBe(50)
    if (linesShown) expect(await page.locator('#lines path').count()).toBe(50)
    await page.getByRole('button', { name: 'Only the first 10' }).click()
    expect(await page.locator('#after li:visible').count()).toBe(10)
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  it('fetches the corpus when somebody is about to search it, not before', async () => {
    const page = await browser().newPage()
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const bodies: Promise<number>[] = []
    const weigh = (response: Response) =>
      void bodies.push(response.body().then(({ byteLength }) => byteLength))
    page.on('response', weigh)
    await page.goto(server.url)
    await ranked(page)
    expect(asked.filter((path) => !path.startsWith('/favicon')).toSorted()).toEqual(
      ['/', '/page.css', '/page.js', '/page.json', '/v2/rerank'].toSorted(),
    )
    // a phone far from the server waits for each of them
    page.off('response', weigh)
    const bytes = (await Promise.all(bodies)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeLessThan(100_000)
    await page.locator('#query').focus()
    await expect.poll(() => asked).toContain('/example.json')
    await page.close()
  })

  it('works by keyboard: type, Enter, open a document, pick a sample', async () => {
    const { page, bad } = await open(server.url)
    await ranked(page)
    await page.locator('#query').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('careless lock in a phone')
    await page.keyboard.press('Enter')
    await page.locator('#before .title', { hasText: 'Careless lock in a phone' }).first().waitFor()
    await ranked(page)
    expect(new URL(page.url()).hash).toBe('#q=careless%20lock%20in%20a%20phone')
    await page.locator('#before summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#before details').first().getAttribute('open')).not.toBeNull()
    // down the list, over to the same document, back to the query
    const focused = () =>
      page.evaluate(() => {
        const row = document.activeElement?.closest('li')
        return [row?.parentElement?.id, row?.dataset.document]
      })
    const second = await page.locator('#before li').nth(1).getAttribute('data-document')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toEqual(['before', second])
    await page.getByRole('button', { name: 'All 50' }).click()
    await page.locator('#before li').nth(1).locator('summary').focus()
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toEqual(['after', second])
    await page.keyboard.press('ArrowLeft')
    expect(await focused()).toEqual(['before', second])
    await page.keyboard.press('/')
    await page.keyboard.type('/ lock')
    expect(await page.locator('#query').inputValue()).toBe('/ lock')
    await page.locator('#samples').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.locator('#status', { hasText: 'grade 3' }).waitFor()
    expect(await page.locator('#query').inputValue()).toBe(EXAMPLE.queries[1]!.text)
    expect(bad).toEqual([])
    await page.close()
  })

  it('fits the smallest phone, in the dark', async () => {
    const { page, bad } = await open(server.url, {
      viewport: { width: 320, height: 640 },
      colorScheme: 'dark',
    })
    await ranked(page)
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(320)
    const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)
    expect(ground).toBe('rgb(20, 23, 28)')
    await page.locator('#after summary').first().click()
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  it('says what is wrong with an empty query and with words that stand nowhere', async () => {
    const { page, bad } = await open(`${server.url}/?q=xyzzy`)
    const problem = page.locator('#problem')
    await problem.waitFor()
    expect(await problem.textContent()).toContain('No document contains a word of this query')
    await page.locator('#query').fill('  ')
    await page.getByRole('button', { name: 'Rank' }).click()
    await page.locator('#problem', { hasText: 'Type a query' }).waitFor()
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  describe('on a server with keys', () => {
    it('asks for one in a field, not with an error, and shows no corpus', async () => {
      const closed = await serveExample({ variables: { RERANK_KEYS: keysOf('open-sesame') } })
      try {
        const { page, bad } = await open(closed.url)
        const key = page.getByLabel('Key of this server')
        await key.waitFor()
        expect(await page.locator('#problem').isVisible()).toBe(false)
        expect(await page.locator('#example-choice').isVisible()).toBe(false)
        expect(await barriers(page)).toEqual([])
        await page.locator('#texts').fill('first of mine\nsecond of mine')
        await page.locator('#query').fill('a query')
        await page.getByRole('button', { name: 'Rank' }).click()
        await page.locator('#status', { hasText: 'This server wants a key' }).waitFor()
        expect(await titles(page, '#before')).toEqual(['first of mine', 'second of mine'])
        expect(await page.locator('#problem').isVisible()).toBe(false)
        expect(bad).toEqual([])
        await key.fill('open-sesame')
        await page.getByRole('button', { name: 'Rank' }).click()
        await ranked(page)
        // the tab remembers it
        await page.reload()
        await expect.poll(() => key.inputValue()).toBe('open-sesame')
        await key.fill('another')
        await page.locator('#texts').fill('mine')
        await page.locator('#query').fill('a query')
        await page.getByRole('button', { name: 'Rank' }).click()
        await page.locator('#problem', { hasText: 'key' }).waitFor()
        await page.close()
      } finally {
        await closed.close()
      }
    })

    it('shows the example where it was asked to', async () => {
      const variables = { RERANK_KEYS: keysOf('open-sesame'), PUBLISH_EXAMPLE: 'true' }
      const closed = await serveExample({ variables, example: { embedded: false } })
      try {
        const { page, bad } = await open(closed.url)
        await page.locator('#before li').nth(40).waitFor({ state: 'attached' })
        expect(await page.locator('#problem').isVisible()).toBe(false)
        expect(bad).toEqual([])
        await page.close()
      } finally {
        await closed.close()
      }
    })
  })
})
