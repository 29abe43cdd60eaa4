// What the page lets a person try, in a real Chromium over the real Worker: own documents, the request as code, ranking
// in the browser; and the pages beside it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Served } from '@disranker/edge/serve'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEveryBrowser } from './in-every-browser.ts'
import { barriers, openPage, ranked } from './open-page.ts'
import { keysOf, serveExample } from './served-example.ts'

let server: Served

beforeAll(async () => {
  server = await serveExample()
})
afterAll(() => server?.close())

const column = (page: Page, list: string, of: string) => page.locator(`${list} ${of}`).allTextContents()

inEveryBrowser('the page', (browser) => {
  const open = (url: string, options?: BrowserContextOptions) => openPage(browser(), url, options)

  describe('ranking in this browser', () => {
    it('gives the order and the scores of the edge, with the files of the version that is served', async () => {
      const { page, bad } = await open(server.url)
      await ranked(page)
      const atTheEdge = [await column(page, '#after', '.title'), await column(page, '#after', '.score')]
      await page.getByLabel('in this browser').check()
      await page
        .locator('#how', { hasText: /rerank \d+ ms in this browser, after \d+ ms of loading/ })
        .waitFor()
      expect([await column(page, '#after', '.title'), await column(page, '#after', '.score')]).toEqual(
        atTheEdge,
      )
      expect(await page.locator('#how').textContent()).toMatch(/\d+ tokens; disranker@[0-9a-f]{12}\./)
      await page.getByRole('button', { name: 'Rank', exact: true }).click()
      await page.locator('#how', { hasText: /rerank \d+ ms in this browser; / }).waitFor()
      expect(bad).toEqual([])
      await page.close()
    })

    it('uses the key where the server wants one', async () => {
      const closed = await serveExample({
        variables: { RERANK_KEYS: keysOf('open-sesame'), PUBLISH_EXAMPLE: 'true' },
      })
      try {
        const { page } = await open(closed.url)
        await page.getByLabel('Key of this server').fill('open-sesame')
        await page.getByLabel('in this browser').check()
        await ranked(page)
        await page.close()
      } finally {
        await closed.close()
      }
    })
  })

  describe('own documents', () => {
    it('are ranked from the order they come in, whether or not they share a word with the query', async () => {
      const { page, bad } = await open(server.url)
      await ranked(page)
      await page.getByRole('radio', { name: 'your own' }).check()
      expect(await page.locator('#after li').count()).toBe(0)
      await page
        .getByLabel('In the order of your own search')
        .fill('A lock\tTwo threads wait for each other.\n{"title": "<b>", "text": "bold"}\nonly a text')
      await page.locator('#query').fill('xyzzy')
      await page.getByRole('button', { name: 'Rank', exact: true }).click()
      await ranked(page)
      expect(await column(page, '#before', '.title')).toEqual(['A lock', '<b>', 'only a text'])
      expect((await column(page, '#after', '.title')).toSorted()).toEqual(['<b>', 'A lock', 'only a text'])
      expect(await page.locator('#before-what').textContent()).toBe('your order')
      expect(await barriers(page)).toEqual([])
      await page.getByRole('radio', { name: 'of the example' }).check()
      await page.locator('#problem', { hasText: 'No document holds a word' }).waitFor()
      expect(bad).toEqual([])
      await page.close()
    })

    it('that are refused are never ranked as something else', async () => {
      const { page, bad } = await open(server.url)
      await ranked(page)
      await page.getByRole('radio', { name: 'your own' }).check()
      const texts = page.getByLabel('In the order of your own search')
      const rank = page.getByRole('button', { name: 'Rank', exact: true })
      await texts.fill('one\ntwo')
      await rank.click()
      await ranked(page)
      await texts.fill('[1]')
      for (let again = 0; again < 2; again++) {
        await rank.click()
        await page.locator('#problem', { hasText: 'Element 1 is no document' }).waitFor()
        expect(await page.locator('#before li, #after li').count()).toBe(0)
      }
      expect(await barriers(page)).toEqual([])
      expect(bad).toEqual([])
      await page.close()
    })
  })

  describe('the request as code', () => {
    it('is a curl command and a program that rank, without the key', async () => {
      const { page } = await open(`${server.url}/?q=it's a lock`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await ranked(page)
      await page.getByText('The request as code').first().click()
      const copy = async (name: string) => {
        await page.getByRole('button', { name }).click()
        await page.locator('#copied', { hasText: 'Copied' }).waitFor()
        return page.evaluate(() => navigator.clipboard.readText())
      }
      const [curl, program] = [await copy('Copy as curl'), await copy('Copy as TypeScript')]
      const home = mkdtempSync(join(tmpdir(), 'as-code-'))
      try {
        writeFileSync(join(home, 'rank.ts'), program)
        const ran = spawnSync(process.execPath, [join(home, 'rank.ts')], { encoding: 'utf8' })
        expect([ran.stderr, ran.stdout]).toEqual(['', expect.stringContaining('relevance_score')])
      } finally {
        rmSync(home, { recursive: true })
      }
      const asked = spawnSync('sh', ['-c', curl], { encoding: 'utf8' })
      // a machine without curl still has the program
      if (asked.status !== 127) expect(JSON.parse(asked.stdout).results).toHaveLength(50)
      await page.close()
    })
  })

  describe('/docs', () => {
    it.each(['light', 'dark'] as const)(
      'is readable, fits a phone and keeps its policy: %s',
      async (colorScheme) => {
        const { page, bad } = await open(`${server.url}/docs`, {
          colorScheme,
          viewport: { width: 320, height: 640 },
        })
        expect(await barriers(page)).toEqual([])
        expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(320)
        expect(await page.locator('section').count()).toBeGreaterThan(8)
        expect(bad).toEqual([])
        await page.close()
      },
    )
  })

  describe('every page', () => {
    it.each(['/', '/docs', '/openapi.json', '/health'])(
      'has an icon, so that no browser complains: %s',
      async (path) => {
        const { page, bad } = await open(`${server.url}${path}`)
        // what a browser asks for by itself comes after the page
        await page.evaluate(() => fetch('/favicon.ico'))
        expect(bad).toEqual([])
        await page.close()
      },
    )
  })
})
