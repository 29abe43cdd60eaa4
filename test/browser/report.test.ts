// The report and the data page as files in a browser: accessible, without sideways scrolling, on a phone, in the dark and
// on paper, and the filter of queries works without a script.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Run, readPairs, writeRun } from '@disranker/dataset'
import { evaluate, type Report } from '@disranker/metrics'
import { type Role, writeRanked } from '@disranker/ranking'
import { runStage } from '@disranker/stage'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCorpus } from '../tiny/corpus.ts'
import { makePairs } from '../tiny/pipeline.ts'
import { inEveryBrowser } from './in-every-browser.ts'
import { emulatePaper } from './open-firefox.ts'
import { barriers } from './open-page.ts'

let home: string
let report: Report
const ROWS = { labels: 'labels', student: 'distilled', served: 'served' } as const satisfies Record<
  string,
  Role
>

/** Every other query in the reverse of its order. */
const changed = (run: Run): Run =>
  new Map(
    [...run].map(([query, rows], at) => [
      query,
      rows.map(({ document, score }) => ({ document, score: at % 2 === 0 ? -score : score })),
    ]),
  )

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'report-'))
  writeCorpus(join(home, 'in'))
  // queries of several lengths, so that there are kinds of them
  const file = join(home, 'in', 'queries.jsonl')
  const queries = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const longer = queries.map(({ text, ...rest }, at) => ({
    ...rest,
    text: text + ' please and thanks'.repeat(at % 3),
  }))
  writeFileSync(file, longer.map((query) => `${JSON.stringify(query)}\n`).join(''))
  await makePairs(home)
  const pairs = readPairs(join(home, 'pairs'))
  for (const [row, role] of Object.entries(ROWS))
    await runStage({
      name: row,
      out: join(home, row),
      inputs: { pairs: join(home, 'pairs') },
      recipe: {},
      async run({ folder }) {
        mkdirSync(join(folder, 'runs'))
        writeRanked(folder, { row, role, what: row, lexicalWeight: 0 })
        for (const split of ['test', 'validation'] as const) {
          const run = pairs.firstStage(split)
          writeRun(join(folder, 'runs', `${split}.run`), role === 'labels' ? run : changed(run), row)
        }
        return {}
      },
    })
  pairs.close()
  await evaluate({
    pairs: join(home, 'pairs'),
    stages: Object.fromEntries(Object.keys(ROWS).map((row) => [row, join(home, row)])),
    out: join(home, 'evaluate'),
    recipe: { resampling: { samples: 200, seed: 1 } },
  })
  report = JSON.parse(readFileSync(join(home, 'evaluate', 'report.json'), 'utf8'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

inEveryBrowser('a page of figures', (browser) => {
  async function open(file: string, options: BrowserContextOptions): Promise<Page> {
    const page = await browser().newPage(options)
    await page.goto(pathToFileURL(join(home, file)).href)
    return page
  }
  const unfold = (page: Page) =>
    page.locator('details').evaluateAll((all) => {
      for (const one of all) (one as HTMLDetailsElement).open = true
    })

  describe.each(['evaluate/report.html', 'pairs/inspect.html'])('%s', (file) => {
    it.each([
      { width: 1280, height: 800, colorScheme: 'light' },
      { width: 390, height: 844, colorScheme: 'dark' },
    ] as const)('is accessible and never scrolls sideways: $width, $colorScheme', async (shape) => {
      const { width, height, colorScheme } = shape
      const page = await open(file, { viewport: { width, height }, colorScheme })
      expect(await page.locator('.card').count()).toBe(3)
      expect(await barriers(page)).toEqual([])
      await unfold(page)
      expect(await page.locator('html').evaluate((html) => html.scrollWidth)).toBe(width)
      expect(await barriers(page)).toEqual([])
      await page.close()
    })

    it('is printed light and unfolded', async () => {
      const page = await open(file, { viewport: { width: 794, height: 1123 }, colorScheme: 'dark' })
      await emulatePaper(page)
      const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)
      expect(ground).toBe('rgb(255, 255, 255)')
      const folded = page.locator('details.topic').last().locator('> :not(summary)').first()
      expect((await folded.boundingBox())!.height).toBeGreaterThan(10)
      await page.close()
    })
  })

  it('filters queries by kind without a script, and links each to the page', async () => {
    const page = await open('evaluate/report.html', {})
    await unfold(page)
    const { best, worst } = report.gains!
    const all = [...best, ...worst]
    const shown = () => page.locator('.query:visible').count()
    expect(await shown()).toBe(all.length)
    const kinds = [...new Set(all.flatMap(({ slices }) => Object.values(slices)))]
    expect(kinds.length).toBeGreaterThan(1)
    for (const kind of kinds) {
      await page.getByLabel(kind, { exact: true }).check()
      expect(await shown()).toBe(all.filter(({ slices }) => Object.values(slices).includes(kind)).length)
    }
    const link = await page.locator('.query:visible a').first().getAttribute('href')
    const texts = all.map(({ text }) => `http://127.0.0.1:8787/#q=${encodeURIComponent(text)}`)
    expect(texts).toContain(link)
    await page.close()
  })
})
