// The page at / in a real Chromium, over the real Worker.
import type { Served } from '@disranker/edge/serve'
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EXAMPLE } from './example-texts.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { barriers, openPage, ranked } from './open-page.ts'
import { keysOf, serveExample } from './served-example.ts'

let server: Served

beforeAll(async () => {
  server = await serveExample()
})
afterAll(() => server?.close())

inEveryBrowser('the page', (browser) => {
  const open = (url: string, options?: BrowserContextOptions) => openPage(browser(), url, options)

  it('shows a first query before and after, from this host alone, under a strict policy', async () => {
    const { page, bad } = await open(server.url, {
      viewport: { width: 1200, height: 850 },
      colorScheme: 'light',
    })
    await ranked(page)
    expect(await page.locator('#query').inputValue()).toBe(EXAMPLE.queries[0]!.text)
    const [before, after] = [
      await page.locator('#before li').count(),
      await page.locator('#after li').count(),
    ]
    expect([before, after]).toEqual([50, 50])
    const titles = (list: string) => page.locator(`${list} .title`).allTextContents()
    expect((await titles('#after')).toSorted()).toEqual((await titles('#before')).toSorted())
    expect(await page.locator('#before .title').first().textContent()).toBe('Careless buffer in the kernel')
    expect(await page.locator('#before .grade').first().textContent()).toBe('grade 3')
    expect(await page.locator('#status').textContent()).toMatch(
      /^BM25 \d+ ms; rerank \d+ ms to the edge and back, cache: (?:miss|hit); \d+ tokens; disranker@[0-9a-f]{12}\. \d+ of 50 documents moved\..*grade 3\): 1 → \d+\./,
    )
    expect(await page.locator('#attribution').textContent()).toBe(EXAMPLE.attribution)
    const policy = (await page.request.get(server.url)).headers()['content-security-policy']
    expect(await page.locator('#lines path').count()).toBe(50)
    expect(await barriers(page)).toEqual([])
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    expect(bad).toEqual([])
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
    expect(new URL(page.url()).searchParams.get('q')).toBe('careless lock in a phone')
    await page.locator('#before summary').first().focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('#before details').first().getAttribute('open')).not.toBeNull()
    await page.locator('#samples').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.locator('#status', { hasText: 'grade 3' }).waitFor()
    expect(await page.locator('#query').inputValue()).toBe(EXAMPLE.queries[1]!.text)
    expect(bad).toEqual([])
    await page.close()
  })

  it('fits a phone, in the dark', async () => {
    const { page, bad } = await open(server.url, {
      viewport: { width: 320, height: 640 },
      colorScheme: 'dark',
    })
    await ranked(page)
    expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(320)
    const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)
    expect(ground).toBe('rgb(20, 23, 28)')
    expect(await page.locator('#lines').isVisible()).toBe(false)
    await page.locator('#after summary').first().click()
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  it('says what is wrong with an empty query and with words that stand nowhere', async () => {
    const { page, bad } = await open(`${server.url}/?q=xyzzy`)
    const problem = page.locator('#problem')
    await problem.waitFor()
    expect(await problem.textContent()).toContain('No document holds a word of this query')
    await page.locator('#query').fill('  ')
    await page.getByRole('button', { name: 'Rank' }).click()
    await page.locator('#problem', { hasText: 'Type a query' }).waitFor()
    expect(await barriers(page)).toEqual([])
    expect(bad).toEqual([])
    await page.close()
  })

  it('asks for the key where the server wants one', async () => {
    const closed = await serveExample({
      variables: { RERANK_KEYS: keysOf('open-sesame'), PUBLISH_EXAMPLE: 'true' },
    })
    try {
      const { page } = await open(closed.url)
      await page.getByLabel('Key of this server').fill('open-sesame')
      expect(await page.locator('#problem').textContent()).toContain('This server wants a key')
      await page.getByRole('button', { name: 'Rank' }).click()
      await ranked(page)
      await page.close()
    } finally {
      await closed.close()
    }
  })
})
