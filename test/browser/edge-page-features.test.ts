// What the page lets a person try, in a real Chromium over the real Worker: own documents, the request as code, ranking
// in the browser; and the pages next to it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Served } from '@disranker/edge/serve'
import type { BrowserContextOptions, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keysOf, serveExample } from '../edge/served/served-example.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { barriers, openPage, ranked } from './open-page.ts'

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
      await page.getByText('More: where it is ranked').click()
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
        await page.getByText('More: where it is ranked').click()
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
      await page.locator('#problem', { hasText: 'No document contains a word' }).waitFor()
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
    it('is a command and programs that rank, without the key', async () => {
      const { page } = await open(`${server.url}/#q=it's a lock`, {
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      await ranked(page)
      await page.getByText('The request as code').first().click()
      const copy = async (name: string) => {
        await page.getByRole('button', { name: `Copy as ${name}`, exact: true }).click()
        await page.locator('#copied', { hasText: 'Copied' }).waitFor()
        return page.evaluate(() => navigator.clipboard.readText())
      }
      // in the folder of the tests, so that the clients' packages are found
      const home = mkdtempSync(fileURLToPath(new URL('../.as-code-', import.meta.url)))
      try {
        for (const [name, told] of Object.entries({
          fetch: 'relevance_score',
          Cohere: 'relevanceScore',
          'AI SDK': 'originalIndex',
          LangChain: 'relevanceScore',
        })) {
          const file = join(home, `${name.replace(' ', '-')}.ts`)
          writeFileSync(file, await copy(name))
          const ran = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
            encoding: 'utf8',
          })
          expect([name, ran.stderr, ran.stdout]).toEqual([name, '', expect.stringContaining(told)])
        }
      } finally {
        rmSync(home, { recursive: true })
      }
      const asked = spawnSync('sh', ['-c', await copy('curl')], { encoding: 'utf8' })
      // a machine without curl still has the programs
      if (asked.status !== 127) expect(JSON.parse(asked.stdout).results).toHaveLength(50)
      await page.close()
    })
  })

  describe('why', () => {
    it.each(['at the edge', 'in this browser'])(
      'is told of a document when it is opened, %s',
      async (where) => {
        const { page, bad } = await open(server.url)
        await ranked(page)
        const answers: Response[] = []
        page.on('response', (response) => response.url().endsWith('/v2/rerank') && answers.push(response))
        await page.getByText('More: where it is ranked').click()
        await page.getByLabel(where).check()
        await page
          .locator('#how', { hasText: where === 'at the edge' ? 'to the edge' : 'in this browser' })
          .waitFor()
        const before = answers.length
        await page.locator('#after summary').first().click()
        const why = page.locator('#after .why').first()
        await why.locator('dt', { hasText: 'network' }).waitFor()
        expect(await why.textContent()).toMatch(
          /^network[+−][\d.]+score[+−][\d.]+(Words in common: \w+|No distinctive word)/,
        )
        // of all documents at once
        await page.locator('#after summary').nth(1).click()
        await page.locator('#after .why').nth(1).locator('dt').first().waitFor()
        const explaining = answers.slice(before)
        expect(explaining).toHaveLength(where === 'at the edge' ? 1 : 0)
        for (const answer of explaining)
          expect((await answer.json()).results[0]).toHaveProperty('explanation')
        expect(await barriers(page)).toEqual([])
        expect(bad).toEqual([])
        await page.close()
      },
    )
  })

  describe('a link', () => {
    it('brings somebody else to the same view, own documents and all', async () => {
      const permissions = ['clipboard-read', 'clipboard-write']
      const { page } = await open(server.url, { permissions })
      await ranked(page)
      await page.getByRole('radio', { name: 'your own' }).check()
      await page.locator('#texts').fill('A & B\tone\ntwo # three')
      await page.locator('#query').fill('a "query" & more')
      await page.getByText('More: where it is ranked').click()
      await page.getByLabel('in this browser').check()
      await page.getByRole('button', { name: 'Rank', exact: true }).click()
      await ranked(page)
      await page.getByRole('button', { name: 'Copy a link to this view' }).click()
      await page.locator('#copied', { hasText: 'Copied' }).waitFor()
      const link = await page.evaluate(() => navigator.clipboard.readText())
      await page.close()
      const { page: other, bad } = await open(link)
      await ranked(other)
      expect(await other.locator('#query').inputValue()).toBe('a "query" & more')
      expect(await column(other, '#before', '.title')).toEqual(['A & B', 'two # three'])
      expect(await other.locator('#how').textContent()).toContain('in this browser')
      expect(bad).toEqual([])
      await other.close()
    })
  })

  describe('own documents of elsewhere', () => {
    it('come from a file', async () => {
      const { page, bad } = await open(server.url)
      await ranked(page)
      await page.getByRole('radio', { name: 'your own' }).check()
      const buffer = Buffer.from('{"title": "From", "text": "a file"}\n{"text": "another"}')
      await page
        .getByLabel('From a file')
        .setInputFiles({ name: 'a.jsonl', mimeType: 'application/json', buffer })
      await page.getByRole('button', { name: 'Rank', exact: true }).click()
      await ranked(page)
      expect(await column(page, '#before', '.title')).toEqual(['From', 'another'])
      expect(bad).toEqual([])
      await page.close()
    })

    it('come from a search API whose origin the server allows, and from no other', async () => {
      const asked: string[] = []
      const api = createServer(({ url }, answer) => {
        asked.push(url!)
        answer.setHeader('access-control-allow-origin', '*')
        answer.end(JSON.stringify({ hits: { hits: [{ _source: { name: 'Hit', body: 'found' } }] } }))
      })
      await new Promise<void>((listening) => api.listen(0, '127.0.0.1', listening))
      const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
      const allowing = await serveExample({ variables: { SEARCH_ORIGINS: origin } })
      try {
        const { page } = await open(allowing.url)
        await ranked(page)
        await page.getByRole('radio', { name: 'your own' }).check()
        await page.getByLabel('From your search API').fill(`${origin}/?q={query}`)
        await page.getByLabel('path to the list').fill('hits.hits[*]._source')
        await page.locator('#query').fill('red & blue')
        await page.getByRole('button', { name: 'Rank', exact: true }).click()
        await ranked(page)
        expect(asked).toEqual(['/?q=red%20%26%20blue'])
        expect(await column(page, '#before', '.title')).toEqual(['Hit'])
        // a link fills the form and asks nothing before somebody says so
        const link = page.url()
        await page.close()
        const { page: other } = await open(link)
        await expect.poll(() => other.getByLabel('From your search API').inputValue()).toContain(origin)
        expect(asked).toHaveLength(1)
        await other.getByLabel('From your search API').fill('http://localhost:9/')
        await other.getByRole('button', { name: 'Rank', exact: true }).click()
        await other.locator('#problem', { hasText: 'could not be reached' }).waitFor()
        expect(await barriers(other)).toEqual([])
        await other.close()
        // without the setting there is no such field
        const { page: closed } = await open(server.url)
        await closed.getByRole('radio', { name: 'your own' }).check()
        expect(await closed.getByLabel('From your search API').isVisible()).toBe(false)
        await closed.close()
      } finally {
        await allowing.close()
        api.close()
      }
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
