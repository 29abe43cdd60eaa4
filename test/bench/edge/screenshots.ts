// The page and the report over the trained example, as pictures for the documentation: `npm run bench -- screenshots`.
import { existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { serve } from '@disranker/edge/serve'
import { CHROMIUMS } from '../../browser/open-browser.ts'
import { openPage, ranked } from '../../browser/open-page.ts'
import { DIST } from './example-requests.ts'

const FOLDER = fileURLToPath(new URL('../../../apps/edge/screenshots', import.meta.url))
const REPORT = fileURLToPath(new URL('../../../packages/metrics/out/evaluate/report.html', import.meta.url))
/** all of them together are some 300 kB in the repository */
const SMALL = { type: 'jpeg', quality: 22 } as const
const DESK = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }
const SHOTS = {
  light: { viewport: DESK, colorScheme: 'light' },
  dark: { viewport: DESK, colorScheme: 'dark' },
  'light-phone': { viewport: PHONE, colorScheme: 'light' },
  'dark-phone': { viewport: PHONE, colorScheme: 'dark' },
} as const

export async function run(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const server = await serve({ dist: DIST, alone: true })
  const browser = await CHROMIUMS[0]!.open()
  try {
    for (const [name, options] of Object.entries(SHOTS)) {
      const { page } = await openPage(browser, server.url, options)
      await ranked(page)
      await page.locator('#how', { hasText: 'tokens' }).waitFor()
      // the lines are drawn once the rows have their heights
      await page.evaluate(
        () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
      )
      await page.screenshot({ path: `${FOLDER}/page-${name}.jpg`, ...SMALL })
      console.log(`page-${name}: ${await page.locator('#status').textContent()}`)
      await page.close()
      if (!existsSync(REPORT)) continue
      const report = await browser.newPage(options)
      await report.goto(pathToFileURL(REPORT).href)
      await report.screenshot({ path: `${FOLDER}/report-${name}.jpg`, ...SMALL })
      await report.close()
    }
  } finally {
    await browser.close()
    await server.close()
  }
}
